// Package voeten imports the file of raw votes that Erik Voeten publishes on
// the Harvard Dataverse (doi:10.7910/DVN/LEJUQZ): one row per state and roll
// call, with the codes 1 yes, 2 abstain, 3 no, 8 absent, 9 not a member.
package voeten

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"entente/internal/archive"
	"entente/internal/ingest/rollcall"
)

// Import reads the file. registry gives the seats that states are matched to:
// by Correlates of War number and session, else by code, else by name.
//
// In the files of 2021 and before, the day of the month in sessions 1 to 57 is
// really the day of the week (1 to 7). When at least nine in ten days of these
// sessions are 7 or below, such dates are kept to the month, and a note says so.
func Import(name string, in io.Reader, registry []archive.Seat) (*archive.Archive, *rollcall.Report, error) {
	return rollcall.Import(name, in, layout(), registry)
}

func layout() rollcall.Layout {
	return rollcall.Layout{
		Kind: "voeten",
		Info: archive.Info{
			Name: "voeten", Title: "United Nations General Assembly: recorded votes, imported from Voeten's file", Version: "imported",
			Licence: "CC0-1.0", Source: "Erik Voeten, Data and Analyses of Voting in the United Nations General Assembly, Harvard Dataverse, doi:10.7910/DVN/LEJUQZ",
			Citation: "Voeten, Erik; Strezhnev, Anton; Bailey, Michael: United Nations General Assembly Voting Data. Harvard Dataverse, doi:10.7910/DVN/LEJUQZ",
			SourceID: "voeten-lejuqz",
		},
		Columns: map[string][]string{
			"id": {"rcid", "resid"}, "session": {"session"}, "vote": {"vote"}, "number": {"ccode", "cow", "cowcode"},
			"code": {"country", "countryabb", "iso3", "iso3c", "country_code"}, "name": {"countryname", "country_name", "name"},
			"date": {"date"}, "reference": {"unres", "resolution", "res"}, "short": {"short"}, "descr": {"descr", "title"},
			"amendment": {"amend", "amendment"}, "paragraph": {"para", "paragraph"}, "important": {"importantvote"},
			"yes": {"yes"}, "abstain": {"abstain"}, "no": {"no"},
			"me": {"me"}, "nu": {"nu"}, "di": {"di"}, "hr": {"hr"}, "co": {"co"}, "ec": {"ec"},
		},
		Required: [][]string{{"id"}, {"vote"}, {"session", "date"}, {"number", "code", "name"}},
		Ballot:   ballot, Seat: seat, Call: call, Finish: weekdays,
	}
}

// ballot reads a code; files that passed through other programs have 1.0 or
// words.
func ballot(f []byte) (archive.Ballot, bool) {
	f = bytes.TrimSpace(f)
	f = bytes.TrimSuffix(f, []byte(".0"))
	if len(f) == 1 {
		switch f[0] {
		case '1':
			return archive.Yes, true
		case '2':
			return archive.Abstain, true
		case '3':
			return archive.No, true
		case '8':
			return archive.Absent, true
		case '9':
			return archive.NotMember, true
		}
		return 0, false
	}
	switch strings.ToLower(string(f)) {
	case "yes":
		return archive.Yes, true
	case "abstain":
		return archive.Abstain, true
	case "no":
		return archive.No, true
	case "absent":
		return archive.Absent, true
	case "not a member":
		return archive.NotMember, true
	}
	return 0, false
}

func seat(n *archive.Names, r *rollcall.Row, session int) int {
	if number, ok := smallInt(r.Bytes("number")); ok {
		if i := n.Number(number, session); i >= 0 {
			return i
		}
	}
	if code := r.Bytes("code"); len(code) == 3 {
		if i := n.Code(string(code)); i >= 0 {
			return i
		}
	} else if len(code) > 3 { // some files have the name there
		if i := n.Name(r.Get("code")); i >= 0 {
			return i
		}
	}
	if len(r.Bytes("name")) > 0 {
		return n.Name(r.Get("name"))
	}
	return -1
}

// smallInt reads a number of one to four digits, without an allocation.
func smallInt(b []byte) (int, bool) {
	b = bytes.TrimSuffix(bytes.TrimSpace(b), []byte(".0"))
	if len(b) == 0 || len(b) > 4 {
		return 0, false
	}
	n := 0
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = 10*n + int(c-'0')
	}
	return n, true
}

func call(r *rollcall.Row) (c archive.Call, stated [3]int, err error) {
	c.Date, err = rollcall.Date(r.Get("date"))
	if err != nil {
		return c, stated, err
	}
	session, ok := r.Int("session")
	if !ok {
		session = archive.SessionOf("", c.Date)
	}
	if session < 1 || session > 999 {
		return c, stated, fmt.Errorf("no session: %q", r.Get("session"))
	}
	c.Session, c.Source = session, "voeten-lejuqz"
	c.Reference = r.Get("reference")
	// Before session 18 the reference is no resolution number; to session 30
	// the series is one, with the session in Roman numerals.
	if session > 30 && c.Reference != "" && c.Reference != "NA" {
		c.Resolution, c.Reference = archive.Symbol(c.Reference), ""
	}
	c.Title = title(r.Get("short"), r.Get("descr"))
	for role, f := range map[string]*archive.Flag{"amendment": &c.Amendment, "paragraph": &c.Paragraph, "important": &c.Important} {
		if n, ok := r.Int(role); ok {
			*f = archive.Unset
			if n != 0 {
				*f = archive.Set
			}
		}
	}
	for _, t := range archive.TopicList {
		if n, ok := r.Int(t.Code); ok && n == 1 {
			c.Topics |= t.Bit
		}
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

// title takes the short label, or the description where there is none.
func title(short, descr string) string {
	t := short
	if t == "" || t == "NA" {
		t = descr
	}
	if t == "NA" {
		t = ""
	}
	t = strings.Join(strings.Fields(t), " ")
	if r := []rune(t); len(r) > 200 {
		t = string(r[:199]) + "…"
	}
	return t
}

// weekdays keeps dates to the month where the day is really a day of the week:
// in a file in which nearly all days of sessions 1 to 57 lie between 1 and 7,
// which in truth about every fourth would. Days above 7, as later additions to
// the file have them, stay.
func weekdays(calls []archive.Call) []string {
	var low []int
	n := 0
	for i := range calls {
		if d := calls[i].Date; calls[i].Session <= 57 && !d.IsZero() && !d.Partial() {
			n++
			if dayOf(d.String()) <= 7 {
				low = append(low, i)
			}
		}
	}
	if n == 0 || len(low)*10 < n*9 {
		return nil
	}
	for _, i := range low {
		if m, err := rollcall.Date(calls[i].Date.String()[:7]); err == nil {
			calls[i].Date = m
		}
	}
	return []string{fmt.Sprintf("%d roll calls of sessions 1 to 57 are dated to the month: the day in this file is the day of the week", len(low))}
}

func dayOf(iso string) int { return int(iso[8]-'0')*10 + int(iso[9]-'0') }
