"""Files from outside are read in a process of its own, with limits of memory and time.

It has no names of its own: what the worker imports with this package it would load for every file.
"""
