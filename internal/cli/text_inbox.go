package cli

import (
	"fmt"
	"slices"
	"strings"

	"entente/internal/datapackage"
	"entente/internal/exchange/inbox"
	"entente/internal/exchange/partner"
)

func inboxText(p *printer, list []inbox.Item, counts []inbox.Count, ask inbox.Ask, all bool) {
	waiting, total, back := 0, 0, 0
	for _, c := range counts {
		total += c.Count
		if c.State == inbox.New {
			waiting += c.Count
		}
		back += c.Withdrawals
	}
	p.flow(0, 2, strong(fmt.Sprintf("%d of %s %s for a decision", waiting, count(total, "item", "items"), verb(waiting, "waits", "wait"))))
	if back > 0 {
		p.flow(0, 2, span{styleWarn, fmt.Sprintf("%d of them %s back what was accepted here", back, verb(back, "takes", "take"))})
	}
	for i := range list {
		itemText(p, &list[i], all)
	}
	if len(list) == ask.Limit {
		p.flow(2, 4, quiet("and perhaps more: --limit lists more of them"))
	}
}

func verb(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// itemText is one line of the list.
func itemText(p *printer, i *inbox.Item, all bool) {
	name := i.Record
	if name == "" {
		name = string(i.Object)
	}
	spans := []span{strong(name), plain(", from " + i.Partner + ", " + i.Level.String()), quiet(", " + stamp(i.At))}
	if i.Revoked {
		spans = append(spans, span{styleWarn, ", withdrawn by its owner"})
	}
	if all {
		spans = append(spans, plain(", "+string(i.State)+noted(i)))
	}
	if i.Withdrawn {
		spans = append(spans, span{styleWarn, ", withdrawn by its owner since"})
	}
	p.pair(2, 6, itoa(int(i.N)), spans...)
}

func noted(i *inbox.Item) string {
	out := ""
	if i.Who != "" {
		out += " by " + i.Who
	}
	if i.Note != "" {
		out += ": " + i.Note
	}
	return out
}

// previewText shows what accepting would do.
func previewText(p *printer, v *inbox.Preview, state *partner.State) {
	for _, list := range [][]inbox.Proposed{v.Records, v.Retire} {
		for i := range list {
			proposedText(p, &list[i], state)
		}
	}
	for i := range v.Kept {
		k := &v.Kept[i]
		headText(p, &k.Item, state, "kept as a report of "+k.Item.Partner+", since it carries no record")
		if k.Name != "" {
			p.flow(4, 6, plain(k.Name))
		}
	}
	for i := range v.Refused {
		r := &v.Refused[i]
		headText(p, &r.Item, state, "cannot be accepted")
		p.flow(4, 6, span{styleBad, r.Why})
		if r.Hint != "" {
			p.flow(4, 6, quiet(r.Hint))
		}
	}
	if len(v.Missing) > 0 {
		p.section("Missing here", quiet(" – nothing that refers to it is published before it is"))
	}
	for _, m := range v.Missing {
		line := ": referred to by " + strings.Join(m.By, ", ")
		if len(m.Offers) > 0 {
			line += fmt.Sprintf("; item %d carries it (--with-needed accepts it too)", m.Offers[0])
		} else {
			line += "; ask the partner to share it"
		}
		p.flow(2, 4, strong(m.Record), plain(line))
	}
}

// headText says which item it is, whose, and whether the maker is known as the
// partner's.
func headText(p *printer, i *inbox.Item, state *partner.State, what string) {
	name := i.Record
	if name == "" {
		name = string(i.Object)
	}
	p.section("Item "+itoa(int(i.N))+", "+name, quiet(" – "+what))
	p.flow(2, 4, plain("from "+i.Partner+", "+i.Level.String()+", version "+i.Version+", came "+stamp(i.At)+fmt.Sprintf(", leaf %d of this node's log", i.Leaf)))
	if _, ok := state.Partner(i.Partner); !ok {
		p.flow(2, 4, span{styleWarn, "note: "}, plain(i.Partner+" is no partner any more"))
	}
	if note := madeBy(i, state); note != "" {
		p.flow(2, 4, span{styleWarn, "note: "}, plain(note))
	}
}

// madeBy tells when an object is made in the name of somebody else than the partner
// that sent it: nothing but the partner's word vouches for that.
func madeBy(i *inbox.Item, state *partner.State) string {
	maker := i.Maker()
	if p, ok := state.Partner(i.Partner); maker == "" || ok && slices.Contains(p.Identities, maker) {
		return ""
	}
	whose := "which is not known as " + i.Partner
	if maker == state.Settings.Identity {
		whose = "which is this node's own"
	}
	for k := range state.Settings.Partners {
		if p := &state.Settings.Partners[k]; slices.Contains(p.Identities, maker) {
			whose = "which is that of " + p.ID
		}
	}
	return "made in the name of " + string(maker) + ", " + whose + "; only the word of " + i.Partner + " stands for it"
}

var proposedWords = map[string]string{
	datapackage.RowAdded: "a new record", datapackage.RowChanged: "a change", datapackage.RowRemoved: "the record would be retired: its owner has withdrawn it",
	inbox.Same: "the same stands here already",
}

func proposedText(p *printer, r *inbox.Proposed, state *partner.State) {
	headText(p, &r.Item, state, proposedWords[r.What])
	if s := r.Standing; s != nil {
		p.flow(2, 4, quiet(fmt.Sprintf("here: version %d, %s, by %s", s.Version, s.State, s.Who)))
	}
	for _, c := range r.Cells {
		switch r.What {
		case datapackage.RowAdded:
			p.pair(4, 16, c.Column, plain(c.After))
		case datapackage.RowRemoved:
			p.pair(4, 16, c.Column, plain(c.Before))
		default:
			p.pair(4, 16, c.Column, plain(cellOr(c.Before)), quiet(" → "), plain(cellOr(c.After)))
		}
	}
}

func cellOr(s string) string {
	if s == "" {
		return "(nothing)"
	}
	return s
}

// doneText tells what a decision did.
func doneText(p *printer, d *inbox.Done, published bool) {
	state := "in review"
	if published {
		state = "published"
	}
	line := func(list []string, words string) {
		if len(list) > 0 {
			p.flow(0, 2, plain(count(len(list), "record", "records")+" "+words+": "+strings.Join(slices.Sorted(slices.Values(list)), ", ")))
		}
	}
	line(d.Written, "written, "+state)
	line(d.Retired, "retired")
	line(d.Same, "stood here just so")
	if d.Kept > 0 {
		p.flow(0, 2, plain(count(d.Kept, "object", "objects")+" kept as reports of partners"))
	}
	if d.Commit.Seq > 0 {
		p.flow(0, 2, quiet(fmt.Sprintf("commit %d", d.Commit.Seq)))
	}
	for _, m := range d.Missing {
		p.flow(0, 2, span{styleWarn, "note: "}, plain(m.Record+" is not published here; "+strings.Join(m.By, ", ")+" cannot be published before it is"))
	}
}
