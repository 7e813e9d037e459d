package store

// put is one way of writing many rows: each engine has its own statements over
// the same columns of a row.
type put struct {
	sqlite   []rowQuery
	postgres string // takes one array per column
	types    []string
}

// rowQuery is a statement for one row, with the places of its arguments.
type rowQuery struct {
	text string
	args []int
}

func (q rowQuery) pick(row []any) []any {
	out := make([]any, len(q.args))
	for i, a := range q.args {
		out[i] = row[a]
	}
	return out
}

// The columns of the rows of putVersions: kind, id, version, base, seq, state,
// layer, body, words.
var putVersions = put{
	sqlite: []rowQuery{{
		"INSERT INTO versions (kind, id, version, base, seq, state, layer, body, words) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
		[]int{0, 1, 2, 3, 4, 5, 6, 7, 8},
	}},
	postgres: `INSERT INTO versions (kind, id, version, base, seq, state, layer, body, words)
		SELECT * FROM unnest($1::text[], $2::text[], $3::int[], $4::int[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::text[])`,
	types: []string{"text", "text", "int", "int", "bigint", "text", "text", "text", "text"},
}

// The columns of the rows of putHeads: kind, id, version, state, layer, hash,
// actor, proposition, source, coder, words.
var putHeads = put{
	sqlite: []rowQuery{
		{
			`INSERT INTO heads (kind, id, version, state, layer, hash, actor, proposition, source, coder) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
			ON CONFLICT (kind, id) DO UPDATE SET version = excluded.version, state = excluded.state, layer = excluded.layer, hash = excluded.hash,
			actor = excluded.actor, proposition = excluded.proposition, source = excluded.source, coder = excluded.coder`,
			[]int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9},
		},
		{"INSERT OR REPLACE INTO words (rowid, text) SELECT n, $3 FROM heads WHERE kind = $1 AND id = $2", []int{0, 1, 10}},
	},
	postgres: `INSERT INTO heads (kind, id, version, state, layer, hash, actor, proposition, source, coder, words)
		SELECT k, i, v, s, l, h, a, p, r, c, to_tsvector('simple', w)
		FROM unnest($1::text[], $2::text[], $3::int[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[])
			AS t (k, i, v, s, l, h, a, p, r, c, w)
		ON CONFLICT (kind, id) DO UPDATE SET version = excluded.version, state = excluded.state, layer = excluded.layer, hash = excluded.hash,
		actor = excluded.actor, proposition = excluded.proposition, source = excluded.source, coder = excluded.coder, words = excluded.words`,
	types: []string{"text", "text", "int", "text", "text", "text", "text", "text", "text", "text", "text"},
}

// The columns of the rows of putPublished: kind, id, version, body.
var putPublished = put{
	sqlite: []rowQuery{{
		`INSERT INTO published (kind, id, version, body) VALUES ($1, $2, $3, $4)
		ON CONFLICT (kind, id) DO UPDATE SET version = excluded.version, body = excluded.body`,
		[]int{0, 1, 2, 3},
	}},
	postgres: `INSERT INTO published (kind, id, version, body) SELECT * FROM unnest($1::text[], $2::text[], $3::int[], $4::text[])
		ON CONFLICT (kind, id) DO UPDATE SET version = excluded.version, body = excluded.body`,
	types: []string{"text", "text", "int", "text"},
}

// The columns of the rows of dropPublished: kind, id.
var dropPublished = put{
	sqlite:   []rowQuery{{"DELETE FROM published WHERE kind = $1 AND id = $2", []int{0, 1}}},
	postgres: "DELETE FROM published USING unnest($1::text[], $2::text[]) AS t (k, i) WHERE kind = t.k AND id = t.i",
	types:    []string{"text", "text"},
}
