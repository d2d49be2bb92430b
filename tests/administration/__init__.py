"""Whoever runs the instance, and everybody else."""
