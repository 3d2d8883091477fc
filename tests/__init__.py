"""Tests of Offplate, by room."""
