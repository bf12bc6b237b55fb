"""Runs every test of this folder, and says on standard output how they went: `cargo xtask test python` counts them."""

import pathlib
import sys
import unittest

tests = unittest.defaultTestLoader.discover(str(pathlib.Path(__file__).parent))
result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(tests)
sys.exit(not result.wasSuccessful())
