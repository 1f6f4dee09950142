"""A believable Japanese shop chain for the demo, for tests and for benchmarks."""

from kizuna.ops.sample.columns import Columns
from kizuna.ops.sample.shop import SAMPLE_DAY, SampleShop, build_sample_shop

__all__ = ["SAMPLE_DAY", "Columns", "SampleShop", "build_sample_shop"]
