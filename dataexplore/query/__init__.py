"""What ``%%coginiti`` needs and anyone can use without IPython: parameters, results, database errors."""
