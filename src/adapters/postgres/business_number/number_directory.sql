-- The business numbers, for people.

-- name: number_list
-- $1 = organization. Who holds a number's lease is not told: an owner's name is that of a host and a folder on it.
SELECT jsonb_build_object('data', coalesce(jsonb_agg(jsonb_build_object('phoneNumberId', n.phone_number_id, 'wabaId', n.waba_id,
         'messagesPerSecond', n.messages_per_second, 'active', n.active, 'stoppedReason', n.stopped_sentence, 'qualityRating', n.quality_rating,
         'updatedAt', n.updated_at) ORDER BY n.phone_number_id), '[]'))
FROM number n WHERE n.organization_no = $1::int4
