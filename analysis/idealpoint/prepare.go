package idealpoint

import (
	"fmt"
	"slices"
)

// RollCall is what Prepare needs to know of a roll call.
type RollCall struct {
	ID        int // distinct
	Label     string
	Session   int
	Year      int // of the vote; 0 if not known
	Amendment bool
	Paragraph bool // a vote on a paragraph or part of a text
}

// Cast is one answer as recorded: State is an index into Votes.States, RollCall
// into Votes.RollCalls, Y is Yes, Abstain or No. Absences are left out.
type Cast struct {
	State, RollCall int32
	Y               uint8
}

// Votes is an archive before the rules are applied.
type Votes struct {
	States    []string
	RollCalls []RollCall
	Casts     []Cast
}

// Bridge says that two roll calls are on the same text.
type Bridge struct {
	Earlier, Later int // RollCall.ID
}

// Rules are the rules of Bailey, Strezhnev and Voeten (2017) for what is
// scaled, each as a rule and not as a list of names. The zero value of a field
// switches its rule off; BSVRules gives theirs.
type Rules struct {
	// MinRollCalls drops sessions with fewer roll calls. 2 drops session 19.
	MinRollCalls int
	// WholeTextsAfter drops votes on amendments and paragraphs dated after this
	// year, since from then on the source lists only some of them. Theirs: 1989.
	WholeTextsAfter int
	// MinSessions drops states that voted in fewer sessions, where the archive
	// has that many: a random walk needs a second point. 2 drops Zanzibar.
	MinSessions int
	// LoneVoteGap drops a state's only vote of a session if the state had been
	// away for this many sessions or more just before. 10 drops South Africa's
	// single vote of session 48, the first since session 29.
	LoneVoteGap int
}

// BSVRules gives the published rules.
func BSVRules() Rules {
	return Rules{MinRollCalls: 2, WholeTextsAfter: 1989, MinSessions: 2, LoneVoteGap: 10}
}

// Report counts what Prepare dropped, in the order of the rules, and what is left.
type Report struct {
	ShortSessions  []int // sessions with too few roll calls
	ShortVotes     int
	Parts          int // amendments and paragraphs
	PartVotes      int
	RareStates     []string // states with too few sessions
	RareVotes      int
	LoneVotes      []LoneVote
	UnknownBridges int // bridges with a roll call that is not in the archive; they still tie others
	Merged         int // roll calls that went into another's item
	Unanimous      int // items whose answers are all equal
	UnanimousVotes int

	Votes, RollCalls, Items, States, StateSessions int // left
}

// LoneVote is a single vote that LoneVoteGap dropped.
type LoneVote struct {
	State   string
	Session int
	Since   int // the session of the state's vote before
}

// Prepare applies the rules, merges bridged roll calls into items, drops items
// without two different answers, and counts what it did. An item's ID is the
// number of its earliest roll call, in decimal.
//
// Bridges: each roll call joins the item of the least of its earlier partners,
// and so on down, so that chains fall together (Bailey, Strezhnev and Voeten's
// rule; earlier is the lower number). A text is the same whether or not a roll
// call on it is scaled, so a chain also runs through roll calls that were
// dropped or are not in the archive.
func Prepare(v *Votes, bridges []Bridge, rules Rules) (*Data, *Report, error) {
	p, err := newPreparation(v)
	if err != nil {
		return nil, nil, err
	}
	p.dropShortSessions(rules.MinRollCalls)
	p.dropParts(rules.WholeTextsAfter)
	p.dropRareStates(rules.MinSessions)
	p.dropLoneVotes(rules.LoneVoteGap)
	return p.finish(p.merge(bridges)), p.report, nil
}

// preparation keeps, for each roll call and cast, whether it is still in.
type preparation struct {
	*Votes
	out     []bool // roll calls
	castOut []bool
	report  *Report
}

func newPreparation(v *Votes) (*preparation, error) {
	ids := make([]int, len(v.RollCalls))
	for i, r := range v.RollCalls {
		ids[i] = r.ID
	}
	if err := distinct("roll call", ids); err != nil {
		return nil, err
	}
	if err := distinct("state", v.States); err != nil {
		return nil, err
	}
	for i, c := range v.Casts {
		if c.State < 0 || int(c.State) >= len(v.States) || c.RollCall < 0 || int(c.RollCall) >= len(v.RollCalls) {
			return nil, fmt.Errorf("idealpoint: cast %d points outside the lists of states or roll calls", i)
		}
		if c.Y < Yes || c.Y > No {
			return nil, fmt.Errorf("idealpoint: cast %d: answer %d; want 1 (yes), 2 (abstain) or 3 (no), and leave absences out", i, c.Y)
		}
	}
	return &preparation{
		Votes: v, out: make([]bool, len(v.RollCalls)), castOut: make([]bool, len(v.Casts)), report: new(Report),
	}, nil
}

// sweepOut drops the casts on roll calls that are out and counts them.
func (p *preparation) sweepOut() (n int) {
	for i, c := range p.Casts {
		if !p.castOut[i] && p.out[c.RollCall] {
			p.castOut[i] = true
			n++
		}
	}
	return n
}

func (p *preparation) dropShortSessions(least int) {
	n := map[int]int{}
	for _, r := range p.RollCalls {
		n[r.Session]++
	}
	for i, r := range p.RollCalls {
		p.out[i] = n[r.Session] < least
	}
	for s, c := range n {
		if c < least {
			p.report.ShortSessions = append(p.report.ShortSessions, s)
		}
	}
	slices.Sort(p.report.ShortSessions)
	p.report.ShortVotes = p.sweepOut()
}

func (p *preparation) dropParts(after int) {
	if after == 0 {
		return
	}
	for i, r := range p.RollCalls {
		if !p.out[i] && r.Year > after && (r.Amendment || r.Paragraph) {
			p.out[i] = true
			p.report.Parts++
		}
	}
	p.report.PartVotes = p.sweepOut()
}

// perSession counts the votes of each state per session; sessions come sorted.
func (p *preparation) perSession() (count []map[int]int, sessions []int) {
	count = make([]map[int]int, len(p.States))
	for i := range count {
		count[i] = map[int]int{}
	}
	all := map[int]bool{}
	for i, c := range p.Casts {
		if !p.castOut[i] {
			s := p.RollCalls[c.RollCall].Session
			count[c.State][s]++
			all[s] = true
		}
	}
	for s := range all {
		sessions = append(sessions, s)
	}
	slices.Sort(sessions)
	return count, sessions
}

func (p *preparation) dropRareStates(least int) {
	count, sessions := p.perSession()
	if len(sessions) < least {
		return
	}
	for i, name := range p.States {
		if n := len(count[i]); n > 0 && n < least {
			p.report.RareStates = append(p.report.RareStates, name)
		}
	}
	slices.Sort(p.report.RareStates)
	for i, c := range p.Casts {
		if n := len(count[c.State]); !p.castOut[i] && n < least {
			p.castOut[i] = true
			p.report.RareVotes++
		}
	}
}

func (p *preparation) dropLoneVotes(gap int) {
	if gap == 0 {
		return
	}
	count, sessions := p.perSession()
	type key struct {
		state   int32
		session int
	}
	lone := map[key]bool{}
	for i := range p.States {
		last := 0
		seen := false
		for _, s := range sessions {
			n := count[i][s]
			if n == 0 {
				continue
			}
			if seen && n == 1 && s-last > gap {
				lone[key{int32(i), s}] = true
				p.report.LoneVotes = append(p.report.LoneVotes, LoneVote{p.States[i], s, last})
			}
			last, seen = s, true
		}
	}
	for i, c := range p.Casts {
		if !p.castOut[i] && lone[key{c.State, p.RollCalls[c.RollCall].Session}] {
			p.castOut[i] = true
		}
	}
}
