"""The embedded PostgreSQL: a private cluster in `var/pg`, for one machine and for tests."""

from case_api.db.cluster.server import Cluster, ClusterError, socket_folder

__all__ = ["Cluster", "ClusterError", "socket_folder"]
