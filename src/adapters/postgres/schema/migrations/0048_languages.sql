-- Templates in several languages: each recipient gets his own, or the campaign's first one.
ALTER TABLE campaign ADD COLUMN template_languages text[]; -- NULL: template_language alone
ALTER TABLE campaign ADD CHECK (cardinality(template_languages) > 1 AND template_languages[1] = template_language);

ALTER TABLE campaign_recipient ADD COLUMN language text,                   -- that the list says, as core::language_key; NULL: none
                               ADD COLUMN lang smallint NOT NULL DEFAULT 0; -- his index into the campaign's languages, from 0 on

-- As before, with a last column. A draft's languages are decided when it starts.
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
       CASE WHEN delivery_state(d) IN ('failed', 'sending') THEN nullif(d.error_code, 0)::text END AS error_code,
       CASE WHEN delivery_state(d) IN ('failed', 'sending') THEN d.error_text END AS error_message,
       coalesce(q.retries - CASE WHEN q.state < 2 THEN 1 ELSE 0 END, d.attempt, 0)::int AS retry_count,
       CASE WHEN d.attempt > 0 THEN to_timestamp(greatest(
              CASE WHEN d.rejected_attempt = d.attempt THEN d.rejected_ms END, CASE WHEN d.failed_attempt = d.attempt THEN d.failed_ms END,
              CASE WHEN d.message_attempt = d.attempt THEN coalesce(d.accepted_ms, d.sent_ms) END) / 1000.0) END AS last_retry_at,
       to_timestamp(d.responded_ms / 1000.0)         AS responded_at,
       d.response_text                               AS response_message,
       d.message_id,
       CASE WHEN d.seq IS NOT NULL THEN c.no || ':' || r.seq || ':' || d.attempt END AS message_sid,
       n.phone_number_id,
       r.line,
       c.created_at,
       coalesce(to_timestamp(greatest(d.accepted_ms, d.sent_ms, d.delivered_ms, d.read_ms, d.failed_ms, d.responded_ms, d.opted_out_ms,
                                      d.rejected_ms, d.paced_ms) / 1000.0), c.created_at) AS updated_at,
       to_timestamp(d.paced_ms / 1000.0)             AS paced_at,
       CASE WHEN q.state < 2 AND c.status IN ('sending', 'paused', 'completed') THEN to_timestamp(q.due_ms / 1000.0) END AS next_retry_at,
       CASE WHEN c.status <> 'draft' THEN coalesce(c.template_languages[r.lang + 1], c.template_language) END AS language
FROM campaign_recipient r
JOIN campaign c ON c.no = r.campaign_no
LEFT JOIN delivery d ON d.campaign_no = r.campaign_no AND d.seq = r.seq
LEFT JOIN retry_queue q ON q.campaign_no = r.campaign_no AND q.seq = r.seq
LEFT JOIN screen_reason s ON s.code = r.screen
LEFT JOIN number n ON n.no = d.number_no
LEFT JOIN customer k ON k.no = r.customer_no;
