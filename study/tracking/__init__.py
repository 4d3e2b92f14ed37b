"""What MLflow shows: runs, models, views, and the server that serves them."""
