"""The tables of the fake Spark Hire, in the sandbox's own file. Instants are UTC text of fixed width."""

DDL = """
CREATE TABLE IF NOT EXISTS spark_hire_company (
    uuid TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    active_jobs_limit INTEGER NOT NULL,
    users_limit INTEGER NOT NULL,
    created_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS spark_hire_user (
    uuid TEXT PRIMARY KEY,
    company TEXT NOT NULL REFERENCES spark_hire_company (uuid),
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    email TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('admin', 'standard', 'evaluator')),
    disabled INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL,
    UNIQUE (company, email)
);
CREATE TABLE IF NOT EXISTS spark_hire_key (
    uuid TEXT PRIMARY KEY,
    user TEXT NOT NULL UNIQUE REFERENCES spark_hire_user (uuid),
    api_key TEXT NOT NULL UNIQUE,
    created_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS spark_hire_question_set (
    uuid TEXT PRIMARY KEY,
    company TEXT NOT NULL REFERENCES spark_hire_company (uuid),
    name TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS spark_hire_job (
    uuid TEXT PRIMARY KEY,
    company TEXT NOT NULL REFERENCES spark_hire_company (uuid),
    title TEXT NOT NULL,
    description TEXT NOT NULL DEFAULT '',
    city TEXT NOT NULL,
    state TEXT NOT NULL,
    country TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('active', 'inactive')),
    visibility TEXT NOT NULL DEFAULT 'shared' CHECK (visibility IN ('shared', 'restricted')),
    created_by TEXT NOT NULL REFERENCES spark_hire_user (uuid),
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    status_updated_at TEXT NOT NULL,
    deleted_at TEXT
);
CREATE INDEX IF NOT EXISTS spark_hire_job_company ON spark_hire_job (company);
CREATE TABLE IF NOT EXISTS spark_hire_job_member (
    job TEXT NOT NULL REFERENCES spark_hire_job (uuid),
    user TEXT NOT NULL REFERENCES spark_hire_user (uuid),
    PRIMARY KEY (job, user)
);
CREATE TABLE IF NOT EXISTS spark_hire_interview (
    uuid TEXT PRIMARY KEY,
    token TEXT NOT NULL UNIQUE,
    company TEXT NOT NULL REFERENCES spark_hire_company (uuid),
    job TEXT NOT NULL REFERENCES spark_hire_job (uuid),
    type TEXT NOT NULL,
    status TEXT NOT NULL,
    candidate TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    created_by TEXT NOT NULL REFERENCES spark_hire_user (uuid),
    scheduled_at TEXT NOT NULL,
    timezone TEXT NOT NULL DEFAULT '',
    email_message TEXT NOT NULL DEFAULT '',
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    accepted_at TEXT,
    started_at TEXT,
    completed_at TEXT,
    rating INTEGER,
    extension_requested_at TEXT,
    extension_note TEXT NOT NULL DEFAULT '',
    deleted_at TEXT
);
CREATE INDEX IF NOT EXISTS spark_hire_interview_job ON spark_hire_interview (job);
CREATE INDEX IF NOT EXISTS spark_hire_interview_company ON spark_hire_interview (company, updated_at);
CREATE INDEX IF NOT EXISTS spark_hire_interview_due ON spark_hire_interview (scheduled_at)
    WHERE deleted_at IS NULL AND status IN ('requested', 'accepted', 'in_progress');
CREATE TABLE IF NOT EXISTS spark_hire_question (
    uuid TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    position INTEGER NOT NULL,
    text TEXT NOT NULL,
    time_limit INTEGER NOT NULL,
    takes INTEGER NOT NULL,
    think_time TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS spark_hire_question_owner ON spark_hire_question (owner, position);
CREATE TABLE IF NOT EXISTS spark_hire_share_link (
    uuid TEXT PRIMARY KEY,
    token TEXT NOT NULL UNIQUE,
    interview TEXT NOT NULL REFERENCES spark_hire_interview (uuid),
    status INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    updated_by TEXT NOT NULL REFERENCES spark_hire_user (uuid)
);
CREATE INDEX IF NOT EXISTS spark_hire_share_link_interview ON spark_hire_share_link (interview);
CREATE TABLE IF NOT EXISTS spark_hire_webhook (
    uuid TEXT PRIMARY KEY,
    company TEXT NOT NULL REFERENCES spark_hire_company (uuid),
    user TEXT NOT NULL REFERENCES spark_hire_user (uuid),
    event TEXT NOT NULL,
    url TEXT NOT NULL,
    jobs TEXT NOT NULL DEFAULT '[]',
    create_share_link INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS spark_hire_webhook_event ON spark_hire_webhook (company, event);
CREATE TABLE IF NOT EXISTS spark_hire_mail (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    company TEXT NOT NULL REFERENCES spark_hire_company (uuid),
    interview TEXT NOT NULL,
    kind TEXT NOT NULL,
    recipient TEXT NOT NULL,
    reply_to TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    sent_at TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS spark_hire_mail_interview ON spark_hire_mail (interview);
"""
