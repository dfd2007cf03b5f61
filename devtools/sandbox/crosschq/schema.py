"""The tables of the fake Crosschq, in the sandbox's own file. Instants are UTC text of fixed width."""

DDL = """
CREATE TABLE IF NOT EXISTS crosschq_organisation (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    api_key TEXT UNIQUE,
    key_prefix TEXT NOT NULL DEFAULT '',
    file_secret TEXT NOT NULL,
    relationships TEXT NOT NULL,
    min_reference_count INTEGER NOT NULL DEFAULT 2,
    pdf INTEGER NOT NULL DEFAULT 1,
    conclude_count INTEGER NOT NULL DEFAULT 0,
    conclude_relationship TEXT NOT NULL DEFAULT '',
    conclude_days INTEGER NOT NULL DEFAULT 0,
    webhook_url TEXT NOT NULL DEFAULT '',
    webhook_method TEXT NOT NULL DEFAULT 'POST' CHECK (webhook_method IN ('POST', 'PUT')),
    webhook_auth TEXT NOT NULL DEFAULT 'none' CHECK (webhook_auth IN ('none', 'basic', 'token')),
    webhook_token TEXT NOT NULL DEFAULT '',
    created_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS crosschq_user (
    id TEXT PRIMARY KEY,
    organisation TEXT NOT NULL REFERENCES crosschq_organisation (id),
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    email TEXT NOT NULL COLLATE NOCASE,
    role TEXT NOT NULL,
    active INTEGER NOT NULL DEFAULT 1,
    created_at TEXT NOT NULL,
    UNIQUE (organisation, email)
);
CREATE TABLE IF NOT EXISTS crosschq_survey (
    id TEXT PRIMARY KEY,
    organisation TEXT NOT NULL REFERENCES crosschq_organisation (id),
    codename TEXT NOT NULL,
    name TEXT NOT NULL,
    enabled INTEGER NOT NULL DEFAULT 1,
    relationships TEXT NOT NULL,
    UNIQUE (organisation, codename)
);
CREATE TABLE IF NOT EXISTS crosschq_request (
    id TEXT PRIMARY KEY,
    locker TEXT NOT NULL UNIQUE,
    report TEXT NOT NULL UNIQUE,
    organisation TEXT NOT NULL REFERENCES crosschq_organisation (id),
    version TEXT NOT NULL,
    survey TEXT NOT NULL REFERENCES crosschq_survey (id),
    requestor TEXT NOT NULL REFERENCES crosschq_user (id),
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    email TEXT NOT NULL COLLATE NOCASE,
    mobile_phone TEXT NOT NULL,
    job_position TEXT NOT NULL,
    use_sms INTEGER NOT NULL,
    config_params TEXT NOT NULL,
    send_past_due_notification INTEGER NOT NULL,
    send_completed_notification INTEGER NOT NULL,
    candidate_message TEXT NOT NULL,
    email_message TEXT NOT NULL,
    sms_message TEXT NOT NULL,
    hiring_managers TEXT NOT NULL,
    external_id TEXT NOT NULL,
    status TEXT NOT NULL,
    progress INTEGER NOT NULL DEFAULT 0,
    ended_by TEXT NOT NULL DEFAULT '',
    self_reference_at TEXT,
    started_at TEXT,
    due_at TEXT,
    remind_at TEXT,
    reminded_at TEXT,
    created_at TEXT NOT NULL,
    updated_on TEXT,
    status_updated_on TEXT,
    completed_at TEXT,
    deleted_at TEXT
);
CREATE INDEX IF NOT EXISTS crosschq_request_organisation ON crosschq_request (organisation, created_at);
CREATE INDEX IF NOT EXISTS crosschq_request_due ON crosschq_request (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS crosschq_request_remind ON crosschq_request (remind_at) WHERE remind_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS crosschq_reference (
    id TEXT PRIMARY KEY,
    token TEXT NOT NULL UNIQUE,
    request TEXT NOT NULL REFERENCES crosschq_request (id),
    relationship TEXT NOT NULL,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    email TEXT NOT NULL COLLATE NOCASE,
    mobile_phone TEXT NOT NULL,
    status TEXT NOT NULL,
    ended_by TEXT NOT NULL DEFAULT '',
    remind_at TEXT,
    answered_at TEXT,
    created_at TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS crosschq_reference_request ON crosschq_reference (request);
CREATE INDEX IF NOT EXISTS crosschq_reference_remind ON crosschq_reference (remind_at) WHERE remind_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS crosschq_message (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    organisation TEXT NOT NULL REFERENCES crosschq_organisation (id),
    request TEXT NOT NULL,
    channel TEXT NOT NULL CHECK (channel IN ('email', 'sms')),
    kind TEXT NOT NULL,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    sent_at TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS crosschq_message_request ON crosschq_message (request);
CREATE TABLE IF NOT EXISTS crosschq_prospect (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    organisation TEXT NOT NULL REFERENCES crosschq_organisation (id),
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    email TEXT,
    phone TEXT,
    title TEXT,
    company TEXT,
    location TEXT,
    linkedin_url TEXT,
    created_at TEXT NOT NULL,
    consent_at TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS crosschq_prospect_page ON crosschq_prospect (organisation, created_at, number);
"""
