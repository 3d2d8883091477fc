# Conveniences for people who work on Offplate. Nobody needs make to run it: see README.md.
.PHONY: help check test lint format docs catalogue lock bench screenshots

PY = .venv/bin/python
COMPILE = uv pip compile --universal --python-version 3.11 --generate-hashes --no-header -q pyproject.toml

help:
	@grep -E '^[a-z]+:.*##' Makefile | sed 's/:.*## /	/'

check: ## everything that continuous integration runs
	.ci/run

test: ## the tests; TESTS="-k swim" picks some
	python3 -m service test $(TESTS)

lint: ## ruff, mypy and the import rules
	.venv/bin/ruff check .
	.venv/bin/mypy --strict
	.venv/bin/lint-imports

format: ## put every file into its form
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

docs: ## write docs/configuration.md anew from the table of keys
	$(PY) -m service.config.reference > docs/configuration.md

catalogue: ## write service/locales/messages.pot anew from what is said in the source
	$(PY) -m service.catalogue

lock: ## pin the dependencies anew (needs uv and the network)
	$(COMPILE) -o service/requirements.lock
	$(COMPILE) --extra test -c service/requirements.lock -o service/requirements-test.lock

bench: ## measure what docs and README promise
	$(PY) -m bench

screenshots: ## pictures of every page and mail, into DIR (artefacts/screenshots)
	$(PY) -m tests.screenshots $(DIR)
