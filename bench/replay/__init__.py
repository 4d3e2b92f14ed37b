"""Studies replayed from recorded trainings under a simulated clock: policies are chosen by evidence, in seconds."""
