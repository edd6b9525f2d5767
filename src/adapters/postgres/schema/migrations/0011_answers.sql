-- What Meta answers, and what the daemon makes of it: messages that Meta holds back, recipients taken back or sent to
-- again by a person's word, why a campaign is paused.

INSERT INTO event_kind VALUES (14, 'paced'), (16, 'retracted'), (17, 'reopened');

ALTER TABLE delivery ADD COLUMN paced_ms bigint,      -- Meta took it and holds it back to assess the template's quality
                     ADD COLUMN retracted_ms bigint;  -- taken back before it was sent
ALTER TABLE campaign ADD COLUMN paced_count int NOT NULL DEFAULT 0,  -- of sent_count: Meta still holds them back
                     ADD COLUMN pause_kind text;      -- why it is paused, for programs: operator, rendering, refusals, template

CREATE OR REPLACE FUNCTION delivery_state(d delivery) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT ('{pending,sending,sent,delivered,read,responded,failed,opted_out,in_doubt,held,cancelled,expired,retracted}'::text[])[d.state + 1] $$;

-- As before, with a last column.
CREATE OR REPLACE VIEW recipient AS
SELECT recipient_id(c.id, r.seq)                     AS id,
       c.id                                          AS campaign_id,
       r.campaign_no, r.seq,
       CASE WHEN r.phone IS NOT NULL THEN '+' || r.phone ELSE r.raw END AS phone_number,
       r.user_id,
       k.id                                          AS customer_id,
       r.name,
       r.variables::jsonb                            AS variables,
       CASE WHEN s.code IS NOT NULL THEN 'screened'
            WHEN c.status IN ('cancelled', 'expired', 'failed') AND (d.seq IS NULL OR delivery_state(d) IN ('pending', 'sending'))
              THEN CASE c.status WHEN 'expired' THEN 'expired' ELSE 'cancelled' END
            WHEN d.seq IS NOT NULL THEN delivery_state(d)
            ELSE 'pending' END                       AS status,
       s.name                                        AS screen_reason,
       to_timestamp(coalesce(d.accepted_ms, d.sent_ms) / 1000.0) AS sent_at,
       to_timestamp(d.delivered_ms / 1000.0)         AS delivered_at,
       to_timestamp(d.read_ms / 1000.0)              AS read_at,
       to_timestamp(d.failed_ms / 1000.0)            AS failed_at,
       nullif(d.error_code, 0)::text                 AS error_code,
       d.error_text                                  AS error_message,
       coalesce(d.attempt, 0)                        AS retry_count,
       to_timestamp(d.rejected_ms / 1000.0)          AS last_retry_at,
       to_timestamp(d.responded_ms / 1000.0)         AS responded_at,
       d.response_text                               AS response_message,
       d.message_id,
       CASE WHEN d.seq IS NOT NULL THEN c.no || ':' || r.seq || ':' || d.attempt END AS message_sid,
       n.phone_number_id,
       r.line,
       c.created_at,
       coalesce(to_timestamp(greatest(d.accepted_ms, d.sent_ms, d.delivered_ms, d.read_ms, d.failed_ms, d.responded_ms, d.opted_out_ms,
                                      d.rejected_ms, d.paced_ms) / 1000.0), c.created_at) AS updated_at,
       to_timestamp(d.paced_ms / 1000.0)             AS paced_at
FROM campaign_recipient r
JOIN campaign c ON c.no = r.campaign_no
LEFT JOIN delivery d ON d.campaign_no = r.campaign_no AND d.seq = r.seq
LEFT JOIN screen_reason s ON s.code = r.screen
LEFT JOIN number n ON n.no = d.number_no
LEFT JOIN customer k ON k.no = r.customer_no;
