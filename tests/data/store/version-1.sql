-- A store of version 1, as the program of then left it: the first migration of lerl/events/migrations.cc, and a
-- session of the shop with an invented slate and answer. `sqlite3 events.sqlite < version-1.sql` makes it.
CREATE TABLE lerl_store (version INTEGER NOT NULL) STRICT;
CREATE TABLE lerl_sessions (
  id TEXT PRIMARY KEY NOT NULL, user_name TEXT NOT NULL, policy TEXT NOT NULL,
  seed INTEGER NOT NULL, started_us INTEGER NOT NULL, ended_us INTEGER NOT NULL,
  end_reason TEXT NOT NULL, slates INTEGER NOT NULL, feedback INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX lerl_sessions_of_user ON lerl_sessions (user_name, started_us, id);
CREATE INDEX lerl_sessions_by_start ON lerl_sessions (started_us, id);
CREATE TABLE lerl_slates (
  session TEXT NOT NULL REFERENCES lerl_sessions (id) ON DELETE CASCADE, step INTEGER NOT NULL,
  shown_us INTEGER NOT NULL, request TEXT NOT NULL, version TEXT NOT NULL, items TEXT NOT NULL,
  probabilities TEXT NOT NULL, log_probability REAL NOT NULL, temperature REAL NOT NULL,
  candidates INTEGER NOT NULL, candidates_hash TEXT NOT NULL, plan_hash TEXT NOT NULL,
  plan TEXT NOT NULL, origin TEXT NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (session, step)
) STRICT;
CREATE TABLE lerl_feedback (
  event TEXT PRIMARY KEY NOT NULL,
  session TEXT NOT NULL REFERENCES lerl_sessions (id) ON DELETE CASCADE, number INTEGER NOT NULL,
  step INTEGER NOT NULL, item TEXT NOT NULL, behaviours TEXT NOT NULL,
  happened_us INTEGER NOT NULL, received_us INTEGER NOT NULL, UNIQUE (session, number)
) STRICT, WITHOUT ROWID;
INSERT INTO lerl_store VALUES (1);
INSERT INTO lerl_sessions VALUES ('0f3a', 'u3', 'of-then', 7, 1700000000000000, 0, '', 1, 1);
INSERT INTO lerl_slates VALUES ('0f3a', 0, 1700000000000000, 'r', 'v1', '["i5","i17","i2"]', '[0.5,0.25,0.125]',
  -4.1588830833596715, 0.7, 50, 'c0ffee', 'beef', '["A","C"]', 'fresh', '');
INSERT INTO lerl_feedback VALUES ('e-1', '0f3a', 1, 0, 'i17', '{"like":1.0}', 0, 1700000000000000);
PRAGMA application_id = 1279611468;
