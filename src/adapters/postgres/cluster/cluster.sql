-- The private cluster's own database (embedded_cluster.cpp).

-- script: cluster_has_database
SELECT 1 FROM pg_database WHERE datname = 'stentor'

-- script: cluster_make_database
CREATE DATABASE stentor
