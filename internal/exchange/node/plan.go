package node

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"entente/internal/exchange/handling"
	"entente/internal/exchange/partner"
	"entente/internal/exchange/shelf"
	"entente/internal/exchange/stix"
)

// Plan is what sharing would do, object by object and partner by partner, before
// anything is done.
type Plan struct {
	Collection PlanCollection `json:"collection"`
	Level      handling.TLP   `json:"level"`
	Until      time.Time      `json:"until,omitzero"` // the embargo, if one was asked for
	Objects    []Planned      `json:"objects"`
	Partners   []Reckoning    `json:"partners"`
	// Adds and Stays count the objects that would be added and those that lie there
	// just so, definitions and marks left out; Definitions counts those that travel
	// along.
	Adds        int `json:"adds"`
	Stays       int `json:"stays"`
	Definitions int `json:"definitions"`
	// Refused says what may not be shared so. With any of it nothing is shared.
	Refused []Refused `json:"refused"`
	// Digest stands for the whole plan: whoever approves a plan names it.
	Digest string `json:"digest"`
	// Done says that it has been carried out.
	Done bool `json:"done"`
}

// PlanCollection is where to share.
type PlanCollection struct {
	ID      string       `json:"id"`
	Alias   string       `json:"alias,omitempty"`
	Title   string       `json:"title,omitempty"`
	Ceiling handling.TLP `json:"ceiling"`
}

// Role is why an object is in a plan.
type Role string

// The roles.
const (
	Asked      Role = "asked"      // somebody named it
	Part       Role = "part"       // it is a part of what somebody named
	Needed     Role = "needed"     // what goes refers to it
	Definition Role = "definition" // it says what marks and extensions mean
)

// What becomes of an object of a plan.
const (
	Adds    = "new"
	Changes = "new version"
	Places  = "shared elsewhere, now here too"
	Stays   = "already there"
)

// Planned is one object of a plan.
type Planned struct {
	ID      stix.ID `json:"id"`
	Type    string  `json:"type"`
	Version string  `json:"version,omitempty"`
	Record  string  `json:"record,omitempty"` // "statements:est-1"; empty for what is no record
	Name    string  `json:"name,omitempty"`
	Role    Role    `json:"role"`
	For     string  `json:"for,omitempty"` // what it is a part of, or needed by
	// What becomes of it: see [Adds] and the words beside it.
	What     string         `json:"what"`
	Level    handling.TLP   `json:"level"`
	Why      []string       `json:"why"` // what the level follows from
	Warnings []string       `json:"warnings,omitempty"`
	Partners []PlannedRoute `json:"partners"`
}

// PlannedRoute is whether an object goes to one partner.
type PlannedRoute struct {
	Partner string   `json:"partner"`
	Goes    bool     `json:"goes"`
	Why     []string `json:"why"`
	// Had says that the partner was handed this version, or an earlier one, before.
	Had bool `json:"had,omitempty"`
}

// Reckoning is the account of one partner: Goes + Withheld = Of.
type Reckoning struct {
	Partner  string        `json:"partner"`
	Name     string        `json:"name,omitempty"`
	Of       int           `json:"of"`
	Goes     int           `json:"goes"`
	Withheld int           `json:"withheld"`
	Had      int           `json:"had"` // of those that go, how many it has already
	Reasons  []ReasonCount `json:"reasons"`
}

// ReasonCount is how often a reason stands against a release.
type ReasonCount struct {
	Why   string `json:"why"`
	Count int    `json:"count"`
}

// Refused is something that may not be shared, and why.
type Refused struct {
	What string `json:"what"`
	Why  string `json:"why"`
	Hint string `json:"hint,omitempty"`
}

// fill turns what the shelf says into the plan's objects and accounts.
func (p *Plan) fill(list []*candidate, outcomes []shelf.Outcome, state *partner.State, rules *handling.Rules, now time.Time) {
	for i, c := range list {
		o := outcomes[i]
		x := Planned{
			ID: c.o.ID(), Type: c.o.Type(), Version: c.o.VersionTime().String(), Record: c.record, Name: c.name(), Role: c.role, For: c.reason, What: c.what,
			Level: o.Level, Why: o.Why, Warnings: append(slices.Clone(c.warnings), o.Warnings...), Partners: []PlannedRoute{},
		}
		if x.Level == 0 { // refused before it was looked at
			x.Level, x.Why = handling.Red, []string{"its level was not worked out"}
		}
		switch lies := o.Stamp != 0; {
		case o.Verdict == stix.Same && lies:
			x.What = Stays
		case o.Verdict == stix.Same:
			x.What = Places
		}
		if o.Verdict == stix.Refused {
			p.refuse(x.label(), strings.Join(o.Faults, "; "), refusalHint(o.Level, p.Collection.Ceiling))
		}
		for _, d := range o.Partners {
			d.Decision = rules.Decide(handling.Subject{ID: o.ID, Level: o.Level, Origin: c.origin}, d.Partner, p.Collection.ID, now)
			x.Partners = append(x.Partners, PlannedRoute{d.Partner, d.Release, d.Reasons, d.Had || slices.Contains(c.had, d.Partner)})
		}
		slices.SortFunc(x.Partners, func(a, b PlannedRoute) int { return cmp.Compare(a.Partner, b.Partner) })
		p.count(&x)
		p.Objects = append(p.Objects, x)
	}
	for i := range p.Partners {
		r := &p.Partners[i]
		if s, ok := state.Partner(r.Partner); ok {
			r.Name = s.Name
		}
		slices.SortStableFunc(r.Reasons, func(a, b ReasonCount) int { return cmp.Or(b.Count-a.Count, cmp.Compare(a.Why, b.Why)) })
	}
	slices.SortFunc(p.Partners, func(a, b Reckoning) int { return cmp.Compare(a.Partner, b.Partner) })
}

func refusalHint(level, ceiling handling.TLP) string {
	switch {
	case level >= handling.Red:
		return sealHint
	case level > ceiling:
		return "it was shared as " + level.String() + " before: --lower makes it more open, if that is meant"
	}
	return ""
}

const sealHint = "RED is for named people only: entente seal sends it to them, encrypted"

// label names an object for people.
func (x *Planned) label() string {
	if x.Record != "" {
		return x.Record
	}
	return string(x.ID)
}

func (p *Plan) refuse(what, why, hint string) {
	p.Refused = append(p.Refused, Refused{what, why, hint})
}

// count enters one object into the accounts.
func (p *Plan) count(x *Planned) {
	switch {
	case x.Role == Definition:
		p.Definitions++
		return
	case x.What == Stays:
		p.Stays++
	default:
		p.Adds++
	}
	for _, route := range x.Partners {
		i := slices.IndexFunc(p.Partners, func(r Reckoning) bool { return r.Partner == route.Partner })
		if i < 0 {
			i = len(p.Partners)
			p.Partners = append(p.Partners, Reckoning{Partner: route.Partner, Reasons: []ReasonCount{}})
		}
		r := &p.Partners[i]
		r.Of++
		if route.Goes {
			r.Goes++
			if route.Had {
				r.Had++
			}
			continue
		}
		r.Withheld++
		for _, why := range route.Why {
			k := slices.IndexFunc(r.Reasons, func(c ReasonCount) bool { return c.Why == why })
			if k < 0 {
				r.Reasons = append(r.Reasons, ReasonCount{why, 1})
				continue
			}
			r.Reasons[k].Count++
		}
	}
}

// seal works out the digest of what the plan says.
func (p *Plan) seal() error {
	p.Digest = ""
	raw, err := json.Marshal(p)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(raw)
	p.Digest = hex.EncodeToString(sum[:])
	return nil
}
