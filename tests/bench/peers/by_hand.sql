-- The rules of bench-plan by hand, for DuckDB: a row a line, small tables joined for what codes and diagnoses are,
-- functions over lists for other lines and the history. What is missing is NULL; a claim on which that could
-- matter is `exact`, and for somebody else.
--
-- claims    position, and the columns of schemas/README.md
-- codes     a row a code: what sets and tables say of it
-- reasons   code, and the set that it is in

WITH diagnosed AS (
  SELECT position,
    list(code) FILTER (kind = 'covered-surgery') AS covered_surgery,
    bool_or(kind = 'covered-scans') AS covered_scan,
    bool_or(kind = 'investigational') AS investigational,
    bool_or(kind = 'cosmetic' AND place = 1) AS cosmetic
  FROM (
    SELECT position, unnest(diagnoses).code AS code, generate_subscripts(diagnoses, 1) AS place FROM claims
  ) JOIN reasons USING (code)
  GROUP BY position
),
of_claim AS (
  SELECT c.position, c.claim_id, c.lines, c.diagnoses,
    coalesce(c.frequency_code, '1') AS frequency,
    c.received_date AS received,
    c.patient.birth_date AS born,
    c.patient.sex AS sex,
    c.payer.network_status AS network,
    c.place_of_service AS place,
    len(c.prior_authorizations) > 0 AS approved,
    coalesce(c.rendering_provider.npi, c.billing_provider.npi) AS npi,
    c.history.complete_since AS since,
    list_transform(coalesce(c.history.lines, []), lambda h: {
      'code': h.procedure_code, 'day': h.service_date, 'outcome': h.outcome,
      'npi': coalesce(h.rendering_provider.npi, h.billing_provider.npi)
    }) AS earlier,
    list_transform(lines, lambda o: {
      'number': o.line_number, 'code': o.procedure_code, 'day': o.service_date, 'fee': o.fee_schedule_amount
    }) AS beside,
    list_filter(coalesce(c.documentation, []), lambda f:
      f.concept = 'increased-work' AND f.document = 'operative-note' AND f.status <> 'not_reviewed'
    ) AS facts,
    d.covered_surgery,
    coalesce(d.covered_scan, false) AS covered_scan,
    coalesce(d.investigational, false) AS investigational,
    coalesce(d.cosmetic, false) AS cosmetic
  FROM claims c LEFT JOIN diagnosed d USING (position)
  WHERE c.payer.id = 'bench-plan'
),
lines_alone AS (
  SELECT * EXCLUDE (lines), unnest(lines) AS l FROM of_claim
),
of_line AS (
  SELECT x.* EXCLUDE (l, npi, place, approved),
    l.line_number AS number, l.procedure_code AS code, l.service_date AS day, l.charge_amount AS charge,
    l.fee_schedule_amount AS fee, coalesce(l.units, 1) AS units, coalesce(l.modifiers, []) AS modifiers,
    l.diagnosis_pointers AS pointers,
    coalesce(l.rendering_provider.npi, npi) AS npi,
    coalesce(l.place_of_service, place) AS place,
    CASE WHEN len(l.prior_authorizations) > 0 THEN true ELSE approved END AS approved,
    list_filter(beside, lambda o: o.day = l.service_date AND o.number <> l.line_number) AS others,
    k.* EXCLUDE (code)
  FROM lines_alone x JOIN codes k ON k.code = x.l.procedure_code
),
read AS (
  SELECT *,
    list_contains(modifiers, '80') OR list_contains(modifiers, '82') AS assists,
    list_contains(modifiers, 'AS') AS other_assists,
    list_contains(modifiers, '62') AS co_surgeon,
    list_contains(modifiers, '50') AS both_sides,
    list_contains(modifiers, '52') AS reduced,
    list_contains(modifiers, '54') AND surgery AS split,
    list_contains(modifiers, '22') AS extra_work,
    CASE WHEN len(others) = 0 THEN [] ELSE list_transform(others, lambda o: o.code) END AS other_codes,
    coalesce(
      list_filter(facts, lambda f: f.line_number = number)[1].status,
      list_filter(facts, lambda f: f.line_number IS NULL)[1].status
    ) AS work
  FROM of_line
),
asked AS MATERIALIZED (
  SELECT *,
    received > day + CASE WHEN frequency = '7' THEN 365 ELSE 180 END AS late,
    CASE WHEN women THEN sex = 'M' ELSE false END AS r_sex,
    CASE WHEN major THEN place <> '21' ELSE false END AS r_place,
    CASE WHEN approval THEN NOT approved AND place <> '23' ELSE false END AS r_approval,
    CASE
      WHEN NOT surgery THEN false
      WHEN covered_surgery IS NULL THEN true
      WHEN pointers IS NULL THEN NULL
      ELSE NOT list_has_any(list_transform(pointers, lambda p: diagnoses[p].code), covered_surgery)
    END AS r_surgery,
    scan AND NOT covered_scan AS r_scan,
    surgery AND cosmetic AS r_cosmetic,
    CASE WHEN never IS NULL THEN false ELSE list_has_any(other_codes, never) END AS r_never,
    CASE WHEN unless IS NULL THEN false
      ELSE list_has_any(other_codes, unless) AND NOT list_has_any(modifiers, ['59', 'XE', 'XP', 'XS', 'XU'])
    END AS r_unless,
    CASE WHEN add_on THEN NOT list_has_any(other_codes, getvariable('surgeries')) ELSE false END AS r_add_on,
    units > most AS r_units,
    CASE
      WHEN len(list_filter(earlier, lambda h:
        h.code = code AND h.day = day AND h.npi = npi AND h.outcome = 'allow')) > 0 THEN true
      WHEN since <= day THEN false
    END AS r_paid,
    CASE
      WHEN NOT visit OR list_has_any(modifiers, ['24', '25']) THEN false
      WHEN len(list_filter(earlier, lambda h:
        h.npi = npi AND h.day BETWEEN day - 90 AND day AND list_contains(getvariable('surgeries'), h.code))) > 0 THEN true
      WHEN since <= day - 90 THEN false
    END AS r_follow_up,
    CASE
      WHEN NOT therapy THEN false
      WHEN len(list_filter(earlier, lambda h:
        h.day BETWEEN day - INTERVAL 1 YEAR AND day AND list_contains(getvariable('therapies'), h.code))) >= 6 THEN true
      WHEN since <= day - INTERVAL 1 YEAR THEN false
    END AS r_therapy,
    assistant = '1' AND (assists OR other_assists) AS r_no_assistant,
    frequency = '8' AS p_void,
    CASE WHEN major THEN born > day - INTERVAL 18 YEAR ELSE false END AS p_young,
    therapy AND investigational AS p_investigational,
    list_contains(other_codes, code) AND NOT list_has_any(modifiers, ['76', '77']) AS p_twice,
    assists::INT + other_assists::INT + co_surgeon::INT > 1 AS p_roles,
    CASE WHEN extra_work THEN work = 'not_found' ELSE false END AS p_work,
    CASE
      WHEN NOT multiple OR len(others) = 0 THEN false
      WHEN len(list_filter(others, lambda o: list_contains(getvariable('ranked'), o.code) AND
        (o.fee > fee OR (o.fee = fee AND o.number < number)))) > 0 THEN true
      WHEN len(list_filter(others, lambda o: list_contains(getvariable('ranked'), o.code) AND
        (o.fee IS NULL OR fee IS NULL))) > 0 THEN NULL
      ELSE false
    END AS ranks_lower,
    network = 'out-of-network' AS outside
  FROM read
),
decided AS (
  SELECT *,
    late OR r_sex OR r_place OR r_approval OR r_surgery OR r_scan OR r_cosmetic OR r_never OR r_unless
      OR r_add_on OR r_units OR r_paid OR r_follow_up OR r_therapy OR r_no_assistant AS denied,
    p_void OR p_young OR p_investigational OR p_twice OR p_roles OR p_work AS pended,
    (CASE WHEN assists THEN 160 WHEN other_assists THEN 136 WHEN co_surgeon THEN 625 ELSE 1000 END
      * CASE WHEN both_sides THEN 3 ELSE 2 END
      * CASE WHEN reduced THEN 3 ELSE 4 END
      * CASE WHEN split THEN share ELSE 100 END
      * CASE WHEN ranks_lower THEN 1 ELSE 2 END
      * CASE WHEN outside THEN 4 ELSE 5 END)::HUGEINT AS parts  -- of 8,000,000
  FROM asked
),
said AS (
  SELECT position, claim_id, number, code, charge,
    CASE WHEN denied THEN 'deny' WHEN pended THEN 'pend' ELSE 'allow' END AS outcome,
    CASE
      WHEN denied THEN false
      WHEN pended AND NOT p_roles THEN denied IS NULL OR charge IS NULL OR ranks_lower IS NULL OR outside IS NULL
        OR (extra_work AND work IS NULL)
      ELSE denied IS NULL OR pended IS NULL OR p_roles OR fee IS NULL OR charge IS NULL OR ranks_lower IS NULL
        OR outside IS NULL
    END AS exact,
    CASE WHEN denied THEN 0 WHEN pended THEN NULL ELSE (parts * 25 + 1) // 2 END AS millionths,
    CASE WHEN denied THEN 0 WHEN pended THEN NULL
      ELSE least(
        (2 * (fee * 100)::HUGEINT * (units * 10000)::HUGEINT * parts + 80000000000) // 160000000000,
        (charge * 100)::HUGEINT
      )
    END AS cents,
    list_filter(CASE
      WHEN denied THEN [
        CASE WHEN r_no_assistant THEN {'carc': '54', 'rule': 'no-assistant', 'group': 'CO'} END,
        CASE WHEN r_add_on THEN {'carc': '107', 'rule': 'add-on', 'group': 'CO'} END,
        CASE WHEN r_approval THEN {'carc': '197', 'rule': 'approval', 'group': 'CO'} END,
        CASE WHEN r_cosmetic THEN {'carc': '50', 'rule': 'cosmetic', 'group': 'CO'} END,
        CASE WHEN r_follow_up THEN {'carc': '97', 'rule': 'follow-up', 'group': 'CO'} END,
        CASE WHEN late AND frequency <> '7' THEN {'carc': '29', 'rule': 'late', 'group': 'CO'} END,
        CASE WHEN late AND frequency = '7' THEN {'carc': '29', 'rule': 'late-replacement', 'group': 'CO'} END,
        CASE WHEN r_paid THEN {'carc': '18', 'rule': 'paid-before', 'group': 'CO'} END,
        CASE WHEN r_never THEN {'carc': '236', 'rule': 'pair-never', 'group': 'CO'} END,
        CASE WHEN r_unless THEN {'carc': '236', 'rule': 'pair-unless-modified', 'group': 'CO'} END,
        CASE WHEN r_place THEN {'carc': '5', 'rule': 'place', 'group': 'CO'} END,
        CASE WHEN r_scan THEN {'carc': '11', 'rule': 'scan-not-covered', 'group': 'CO'} END,
        CASE WHEN r_sex THEN {'carc': '7', 'rule': 'sex', 'group': 'CO'} END,
        CASE WHEN r_surgery THEN {'carc': '11', 'rule': 'surgery-not-covered', 'group': 'CO'} END,
        CASE WHEN r_therapy THEN {'carc': '119', 'rule': 'therapy-limit', 'group': 'CO'} END,
        CASE WHEN r_units THEN {'carc': '151', 'rule': 'too-many-units', 'group': 'CO'} END
      ]
      WHEN pended THEN []
      ELSE [
        {'carc': '45', 'rule': 'no-more-than-charged', 'group': 'CO'},
        CASE WHEN reduced THEN {'carc': '45', 'rule': 'reduced', 'group': 'CO'} END,
        CASE WHEN ranks_lower THEN {'carc': '59', 'rule': 'several-procedures', 'group': 'CO'} END,
        CASE WHEN outside THEN {'carc': '45', 'rule': 'out-of-network', 'group': 'PR'} END
      ]
    END, lambda one: one IS NOT NULL) AS adjustments,
    CASE WHEN denied THEN NULL ELSE list_filter([
      CASE WHEN assists THEN 'assistant' END,
      CASE WHEN other_assists THEN 'assistant-not-a-physician' END,
      CASE WHEN both_sides THEN 'both-sides' END,
      CASE WHEN co_surgeon THEN 'co-surgeon' END,
      CASE WHEN extra_work THEN 'extra-work' END,
      CASE WHEN p_investigational THEN 'investigational' END,
      'no-more-than-charged',
      CASE WHEN NOT pended THEN 'otherwise' END,
      CASE WHEN outside THEN 'out-of-network' END,
      CASE WHEN reduced THEN 'reduced' END,
      CASE WHEN p_roles THEN 'roles' END,
      CASE WHEN ranks_lower THEN 'several-procedures' END,
      CASE WHEN p_young THEN 'too-young' END,
      CASE WHEN p_twice THEN 'twice' END,
      CASE WHEN p_void THEN 'void' END,
      CASE WHEN split THEN 'without-the-care-after' END
    ], lambda one: one IS NOT NULL) END AS rules
  FROM decided
)
SELECT position, any_value(claim_id) AS claim_id,
  CASE
    WHEN bool_or(outcome = 'pend') THEN 'pend'
    WHEN bool_and(outcome = 'allow') THEN 'allow'
    WHEN bool_and(outcome = 'deny') THEN 'deny'
    ELSE 'partial'
  END AS outcome,
  bool_or(exact) AS exact,
  list({
    'line_number': number, 'procedure_code': code, 'outcome': outcome, 'millionths': millionths, 'cents': cents,
    'adjustments': adjustments,
    'amount': CASE WHEN outcome = 'deny' AND len(adjustments) = 1 THEN charge END,
    'rules': coalesce(rules, list_transform(adjustments, lambda one: one.rule))
  } ORDER BY number) AS lines
FROM said
GROUP BY position
