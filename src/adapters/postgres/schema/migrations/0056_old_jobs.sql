-- Jobs that ended long ago are deleted (retention_jobs).
CREATE INDEX job_ended ON job (ended_at) WHERE ended_at IS NOT NULL;
