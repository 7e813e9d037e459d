// Package undl imports the file of voting data that the library of the United
// Nations publishes (digitallibrary.un.org, record 4060887): one row per member
// and adopted resolution. Its terms are "non-commercial use, with attribution",
// so the file is read where a user has it, and never comes with the program.
package undl

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"entente/internal/archive"
	"entente/internal/ingest/rollcall"
)

// Import reads the file in any of its layouts: of 2024 (ms_codes, ms_names,
// ms_votes, …), of 2025 and of 2026 (with vote_note). registry gives the seats
// that states are matched to, by code, else by name.
//
// The file knows "non-voting" only, which becomes absent: whether a delegation
// was in the room and did not vote is not told. It has no votes on paragraphs
// and no drafts that failed.
func Import(name string, in io.Reader, registry []archive.Seat) (*archive.Archive, *rollcall.Report, error) {
	return rollcall.Import(name, in, layout(), registry)
}

func layout() rollcall.Layout {
	return rollcall.Layout{
		Kind: "undl",
		Info: archive.Info{
			Name: "undl", Title: "United Nations General Assembly: recorded votes on adopted resolutions, imported from the file of the UN library", Version: "imported",
			Licence:  "Copyright, United Nations; non-commercial use, with attribution",
			Source:   "United Nations Dag Hammarskjöld Library, General Assembly Voting Data, digitallibrary.un.org, record 4060887",
			Citation: "United Nations Dag Hammarskjöld Library: General Assembly Voting Data, United Nations, https://digitallibrary.un.org/record/4060887",
		},
		Columns: map[string][]string{
			"id": {"undl_id"}, "code": {"ms_code", "ms_codes"}, "name": {"ms_name", "ms_names"}, "vote": {"ms_vote", "ms_votes"},
			"date": {"date"}, "session": {"session"}, "resolution": {"resolution", "resolutions"}, "title": {"title"},
			"yes": {"total_yes", "yes"}, "no": {"total_no", "no"}, "abstain": {"total_abstentions", "abstentions", "abstain"},
		},
		Required: [][]string{{"id"}, {"vote"}, {"code", "name"}, {"date"}, {"resolution"}},
		Ballot:   ballot, Seat: seat, Call: call,
	}
}

// ballot reads Y, N, A, and X (to 2024: NV or nothing) for non-voting.
func ballot(f []byte) (archive.Ballot, bool) {
	f = bytes.TrimSpace(f)
	switch len(f) {
	case 0:
		return archive.Absent, true
	case 1:
		switch f[0] | 0x20 {
		case 'y':
			return archive.Yes, true
		case 'a':
			return archive.Abstain, true
		case 'n':
			return archive.No, true
		case 'x':
			return archive.Absent, true
		}
	case 2:
		if bytes.EqualFold(f, []byte("NV")) {
			return archive.Absent, true
		}
	}
	return 0, false
}

func seat(n *archive.Names, r *rollcall.Row, _ int) int {
	if code := r.Bytes("code"); len(code) > 0 {
		if i := n.Code(string(bytes.TrimSpace(code))); i >= 0 {
			return i
		}
	}
	if len(r.Bytes("name")) > 0 {
		return n.Name(r.Get("name"))
	}
	return -1
}

func call(r *rollcall.Row) (c archive.Call, stated [3]int, err error) {
	if c.Date, err = rollcall.Date(r.Get("date")); err != nil {
		return c, stated, err
	}
	c.Resolution = archive.Symbol(r.Get("resolution"))
	session, ok := r.Int("session")
	if !ok { // an emergency or special session: "ES-10"
		session = archive.SessionOf(c.Resolution, c.Date)
	}
	if session < 1 || session > 999 {
		return c, stated, fmt.Errorf("no session: %q and no date that tells it", r.Get("session"))
	}
	c.Session = session
	c.Title = r.Get("title")
	if i := strings.Index(c.Title, " : resolution"); i > 0 {
		c.Title = c.Title[:i]
	}
	c.Title = strings.Join(strings.Fields(c.Title), " ")
	if t := []rune(c.Title); len(t) > 200 {
		c.Title = string(t[:199]) + "…"
	}
	for i, role := range []string{"yes", "abstain", "no"} {
		n, ok := r.Int(role)
		if !ok {
			n = -1
		}
		stated[i] = n
	}
	return c, stated, nil
}
