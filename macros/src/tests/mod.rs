mod hostile;
mod snapshots;
