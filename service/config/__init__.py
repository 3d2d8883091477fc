"""config.toml, read once at the start and never asked again: a frozen `Config`, or every problem.

`keys` is the one table of all keys; reading (`reading`), the checks between keys (`checks`), the
reference in docs/configuration.md (`reference`) and the example file follow it. `load` is the way in.
Secrets come from the environment or from files of their own, never from config.toml.
"""

from service.config.load import load_config
from service.config.model import Config, ConfigError

__all__ = ["Config", "ConfigError", "load_config"]
