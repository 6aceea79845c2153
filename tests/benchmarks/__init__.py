"""Tests of the benchmarks: what judges and states their instances, on small ones."""
