"""What must be equal on every processor (x86-64 of any age, arm64), and how nearly the rest is.

Equal to the bit on all: pictures, splits, fingerprints, settings drawn and rounded, records, pages, hashes of files.
Equal to the bit on one kind of processor with one torch: trainings, curves and scores of the same settings and seed;
tests compare them with themselves. Between kinds, floats are added in another order and `torch.randn` rounds otherwise,
so what was recorded on one (AVX-512) is compared within ACROSS_PROCESSORS on any.
"""

ACROSS_PROCESSORS = 1e-4  # relative; seen: 2e-6 of a distance, AVX-512 against AVX2
