package datapackage

import (
	"fmt"
	"strings"

	"entente"
)

var quotations = Table[entente.Quotation]{
	Name: "quotations", Doc: "The passages that statements were read from, anchored by place and by words.",
	rows: func(r *entente.Records) *[]entente.Quotation { return &r.Quotations },
	Columns: []Column[entente.Quotation]{
		text("statement", "the statement that the passage carries", func(q *entente.Quotation) *string { return &q.Statement }).key().ref("statements"),
		whole("start", "place of the first letter in the text, in code points", func(q *entente.Quotation) *int { return &q.Start }).key(),
		whole("end", "place after the last letter", func(q *entente.Quotation) *int { return &q.End }).required(),
		text("source", "source that was read", func(q *entente.Quotation) *entente.SourceID { return &q.Source }).required().ref("sources"),
		text("document", "SHA-256 of the extracted text that the places count in", func(q *entente.Quotation) *string { return &q.Document }),
		whole("paragraph", "number of the first paragraph, from 1; 0 when not known", func(q *entente.Quotation) *int { return &q.Paragraph }),
		text("exact", "the passage", func(q *entente.Quotation) *string { return &q.Exact }).required().verbatim(),
		text("prefix", "what stands before it", func(q *entente.Quotation) *string { return &q.Prefix }).verbatim(),
		text("suffix", "what stands after it", func(q *entente.Quotation) *string { return &q.Suffix }).verbatim(),
	},
	check: func(q *entente.Quotation) (string, error) {
		if q.End <= q.Start {
			return "end", &entente.Error{Kind: entente.Invalid, Msg: fmt.Sprintf("the passage ends at %d and starts at %d", q.End, q.Start), Hint: "end lies after start"}
		}
		return "", nil
	},
}

var codebook = Table[entente.CodebookEntry]{
	Name: "codebook", Doc: "What each proposition takes in and leaves out, by version.",
	rows: func(r *entente.Records) *[]entente.CodebookEntry { return &r.Codebooks },
	Columns: []Column[entente.CodebookEntry]{
		text("proposition", "which proposition", func(e *entente.CodebookEntry) *entente.PropositionID { return &e.Proposition }).key().ref("propositions"),
		whole("version", "1, 2, …; the highest is in force", func(e *entente.CodebookEntry) *int { return &e.Version }).key(),
		text("definition", "what the proposition means", func(e *entente.CodebookEntry) *string { return &e.Definition }).required(),
		text("examples", "what counts", func(e *entente.CodebookEntry) *string { return &e.Examples }),
		text("rules", "how doubtful cases are decided", func(e *entente.CodebookEntry) *string { return &e.Rules }),
		date("date", "since when it is in force", func(e *entente.CodebookEntry) *entente.Date { return &e.Date }),
		text("note", docNote, func(e *entente.CodebookEntry) *string { return &e.Note }),
	},
}

var challenges = Table[entente.Challenge]{
	Name: "challenges", Doc: "Disputes of records, shown where a figure rests on them.",
	rows: func(r *entente.Records) *[]entente.Challenge { return &r.Challenges },
	Columns: []Column[entente.Challenge]{
		text("id", "id", func(c *entente.Challenge) *string { return &c.ID }).key(),
		text("record", "what is disputed, as table:key", func(c *entente.Challenge) *string { return &c.Record }).required(),
		text("text", "why", func(c *entente.Challenge) *string { return &c.Text }).required(),
		text("by", "who disputes it (a role or pseudonym, never a contact)", func(c *entente.Challenge) *string { return &c.By }),
		date("date", "since when", func(c *entente.Challenge) *entente.Date { return &c.Date }),
		enum(text("status", "what became of it", func(c *entente.Challenge) *entente.ChallengeStatus { return &c.Status }).required(), entente.ChallengeStatuses),
		text("answer", "what was answered", func(c *entente.Challenge) *string { return &c.Answer }),
	},
	check: func(c *entente.Challenge) (string, error) {
		if table, id, ok := strings.Cut(c.Record, ":"); !ok || id == "" || table == "" {
			return "record", &entente.Error{Kind: entente.Invalid, Msg: fmt.Sprintf("%q does not name a record", c.Record), Hint: "expected table:key, for example statements:st-1"}
		}
		return "", nil
	},
}
