"""The way of the schema, one file a step, made with Alembic and run by `service.store.migrate`."""
