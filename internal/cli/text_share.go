package cli

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"entente/internal/exchange/node"
)

// namesMost bounds the names of one group that the text lists; --verbose and JSON
// list all.
const namesMost = 12

// planText shows a plan: what goes, object by object, and to whom.
func planText(p *printer, plan *node.Plan, verbose bool) {
	title := collectionName(plan)
	if plan.Collection.Title != "" && plan.Collection.Title != title {
		title += " (" + plan.Collection.Title + ")"
	}
	p.flow(0, 2, strong("Into "+title+" as "+plan.Level.String()), quiet(" – the collection takes up to "+plan.Collection.Ceiling.String()))
	p.flow(0, 2, plain(fmt.Sprintf("%s: %d to be added, %d there already; %s along", count(plan.Adds+plan.Stays, "object", "objects"), plan.Adds, plan.Stays, goes(plan.Definitions))))
	if !plan.Until.IsZero() {
		p.flow(0, 2, plain("Embargo: nobody gets any of it before "+stamp(plan.Until)))
	}
	for _, part := range []struct {
		role  node.Role
		title string
	}{{node.Asked, "Asked for"}, {node.Part, "Parts of it"}, {node.Needed, "What they refer to"}} {
		objectsText(p, plan.Objects, part.role, part.title, verbose)
	}
	p.section("Partners")
	if len(plan.Partners) == 0 {
		p.flow(2, 4, plain("There are none, so nobody gets anything."))
	}
	for i := range plan.Partners {
		reckoningText(p, &plan.Partners[i])
	}
	refusedText(p, plan.Refused)
	p.blank()
	p.flow(0, 0, quiet("Plan "+plan.Digest[:12]))
}

func goes(definitions int) string {
	if definitions == 1 {
		return "1 definition goes"
	}
	return itoa(definitions) + " definitions go"
}

// objectsText shows the objects of one role: those to which the same happens for the
// same reasons together, or each by itself.
func objectsText(p *printer, all []node.Planned, role node.Role, title string, verbose bool) {
	groups := map[string][]*node.Planned{}
	var order []string
	n := 0
	for i := range all {
		x := &all[i]
		if x.Role != role {
			continue
		}
		n++
		key := fmt.Sprint(x.What, x.Level, x.Why, x.Warnings, x.Partners)
		if verbose {
			key = string(x.ID)
		}
		if groups[key] == nil {
			order = append(order, key)
		}
		groups[key] = append(groups[key], x)
	}
	if n == 0 {
		return
	}
	p.section(title, quiet(" – "+count(n, "object", "objects")))
	for _, key := range order {
		list := groups[key]
		x := list[0]
		state := x.What + ", " + x.Level.String()
		why := quiet(" (" + strings.Join(x.Why, "; ") + ")")
		switch {
		case verbose || n == 1:
			p.flow(2, 4, strong(objectName(x)), plain(": "+state), why)
			if x.For != "" {
				p.flow(4, 6, quiet(x.For))
			}
		default:
			p.flow(2, 4, strong(fmt.Sprintf("%d of %d", len(list), n)), plain(": "+state), why)
			p.flow(4, 6, plain(groupNames(list)))
		}
		for _, w := range x.Warnings {
			p.flow(4, 6, span{styleWarn, "note: "}, plain(w))
		}
		routesText(p, x.Partners)
	}
}

// groupNames lists the records of a group, and counts what is no record.
func groupNames(list []*node.Planned) string {
	var names []string
	others := map[string]int{}
	for _, x := range list {
		switch {
		case x.Record != "":
			names = append(names, x.Record)
		case x.Role == node.Asked:
			names = append(names, objectName(x))
		default:
			others[x.Type]++
		}
	}
	out := names
	if len(out) > namesMost {
		out = append(slices.Clone(out[:namesMost]), fmt.Sprintf("and %d more (--verbose lists all)", len(names)-namesMost))
	}
	for _, typ := range slices.Sorted(maps.Keys(others)) {
		out = append(out, count(others[typ], typ+" object", typ+" objects"))
	}
	return strings.Join(out, ", ")
}

func objectName(x *node.Planned) string {
	if x.Record != "" {
		return x.Record
	}
	if x.Name != "" {
		return x.Type + " " + x.Name
	}
	return string(x.ID)
}

// routesText tells to whom an object goes, and to whom not and why.
func routesText(p *printer, routes []node.PlannedRoute) {
	var going []string
	for _, r := range routes {
		if r.Goes {
			name := r.Partner
			if r.Had {
				name += " (had it before)"
			}
			going = append(going, name)
		}
	}
	if len(going) > 0 {
		p.flow(4, 6, span{styleGood, "goes"}, plain(" to "+strings.Join(going, ", ")))
	}
	for _, r := range routes {
		if !r.Goes {
			for _, why := range r.Why {
				p.flow(4, 6, plain(why))
			}
		}
	}
}

func reckoningText(p *printer, r *node.Reckoning) {
	name := r.Partner
	if r.Name != "" && r.Name != r.Partner {
		name += " (" + r.Name + ")"
	}
	line := fmt.Sprintf(": %d of %s %s", r.Goes, count(r.Of, "object", "objects"), verb(r.Goes, "goes", "go"))
	if r.Had > 0 {
		line += fmt.Sprintf(", %d of which it had before", r.Had)
	}
	p.flow(2, 4, strong(name), plain(line))
	for _, c := range r.Reasons {
		p.flow(4, 6, plain(fmt.Sprintf("%d of %d %s", c.Count, r.Of, c.Why)))
	}
}

func refusedText(p *printer, list []node.Refused) {
	if len(list) == 0 {
		return
	}
	p.section("May not be shared so", quiet(" – "+count(len(list), "fault", "faults")+"; with any of them nothing is shared"))
	for _, x := range list {
		p.flow(2, 4, span{styleBad, x.What}, plain(": "+x.Why))
		if x.Hint != "" {
			p.flow(4, 6, quiet(x.Hint))
		}
	}
}

// recallText shows what a withdrawal takes back, and from whom.
func recallText(p *printer, w *node.Withdrawal) {
	p.flow(0, 2, strong("To be withdrawn, for good: "+count(len(w.Objects), "object", "objects")))
	for i := range w.Objects {
		x := &w.Objects[i]
		name := x.Record
		if name == "" {
			name = strings.TrimSpace(x.Type + " " + x.Name)
		}
		line := ", " + x.Level.String()
		if !x.Since.IsZero() {
			line += ", withdrawn already on " + stamp(x.Since)
		}
		p.flow(2, 4, strong(name), plain(line))
		if x.For != "" {
			p.flow(4, 6, quiet("hangs on "+x.For))
		}
	}
	p.section("Partners who had any of it", quiet(" – "+count(len(w.Holders), "partner", "partners")))
	if len(w.Holders) == 0 {
		p.flow(2, 4, plain("Nobody has fetched any of it."))
	}
	for i := range w.Holders {
		holderText(p, &w.Holders[i])
	}
}

func holderText(p *printer, h *node.Holder) {
	name := h.Partner
	if h.Name != "" && h.Name != h.Partner {
		name += " (" + h.Name + ")"
	}
	p.flow(2, 4, strong(name), plain(fmt.Sprintf(": had %s; has fetched the withdrawal of %d of %d, confirmed %d of %d",
		count(h.Had, "object", "objects"), h.Told, h.Had, h.Confirmed, h.Had)))
	if len(h.Shut) > 0 {
		p.flow(4, 6, span{styleWarn, "cannot fetch the rest by itself: "}, plain(strings.Join(h.Shut, "; ")))
	}
}

// outstandingText lists what was withdrawn and who has not confirmed.
func outstandingText(p *printer, list []node.Outstanding) {
	open := 0
	for i := range list {
		if len(list[i].Open) > 0 {
			open++
		}
	}
	p.flow(0, 2, strong(fmt.Sprintf("%s withdrawn; for %d of %d somebody has not confirmed", count(len(list), "object", "objects"), open, len(list))))
	for i := range list {
		x := &list[i]
		name := x.Record
		if name == "" {
			name = strings.TrimSpace(x.Type + " " + x.Name)
		}
		p.flow(2, 4, strong(name), plain(", "+x.Level.String()+", on "+stamp(x.Since)))
		switch {
		case len(x.Holders) == 0:
			p.flow(4, 6, plain("nobody had it"))
		case len(x.Open) == 0:
			p.flow(4, 6, plain(fmt.Sprintf("confirmed by all %d who had it", len(x.Holders))))
		default:
			p.flow(4, 6, plain(fmt.Sprintf("not confirmed by %d of %d: %s", len(x.Open), len(x.Holders), strings.Join(slices.Sorted(slices.Values(x.Open)), ", "))))
		}
		for k := range x.Holders {
			if h := &x.Holders[k]; len(h.Shut) > 0 {
				p.flow(4, 6, plain(h.Partner+" cannot fetch it: "+strings.Join(h.Shut, "; ")))
			}
		}
	}
}
