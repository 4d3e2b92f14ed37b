"""Train, prune and score small GANs. Needs torch and numpy; knows nothing of ray, optuna or mlflow."""
