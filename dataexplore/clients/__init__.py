"""The four services as Python: one folder a service, one method an operation."""
