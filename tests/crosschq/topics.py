"""The topics of Crosschq's outbox messages, as they stand in stored messages."""

CREATE = "crosschq.create_check"
CANCEL = "crosschq.cancel_check"
REFRESH = "crosschq.refresh_check"
REMIND = "crosschq.remind_check"
ADOPT = "crosschq.adopt_check"
COPY_REPORT = "crosschq.copy_report"
TAKE_PROSPECTS = "crosschq.take_prospects"
