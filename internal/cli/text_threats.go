package cli

import (
	"fmt"
	"slices"
	"strings"

	"entente/internal/exchange/stix"
	"entente/internal/exchange/stix/threat"
	"entente/internal/exchange/threats"
)

// threatsMost bounds the means of one kind, and the references, that the text
// lists; the other forms list all.
const threatsMost = 12

func threatsText(p *printer, v *threats.Page) {
	p.flow(0, 0, quiet("As collections and partners report it; no ranking, and no finding of this program."))
	if len(v.Imports) == 0 && v.Received == 0 {
		p.blank()
		p.flow(0, 0, plain("Nothing was imported yet, so nothing can be told; that says nothing about the actor."))
		p.flow(0, 0, plain("Import a collection: entente import threats FILE --name NAME --source ADDRESS --db STORE"))
	}
	for i := range v.Imports {
		im := &v.Imports[i]
		p.flow(2, 4, plain(im.Name+": "+count(im.Attackers, "attacker", "attackers")+", "), quiet(im.URL+joined("", ", "+im.At.Format("2006-01-02"))+licence(im.Licence)))
	}
	if v.Received > 0 {
		p.flow(2, 4, plain("From partners, accepted here: "+count(v.Received, "attacker", "attackers")))
	}
	if v.Hidden > 0 {
		p.flow(2, 4, plain(count(v.Hidden, "part is", "parts are")+" handled more strictly than "+v.Level.String()+" and left out"))
	}
	if v.LeftOut > 0 {
		p.flow(2, 4, plain(count(v.LeftOut, "entry is", "entries are")+" withdrawn or outdated in its own collection and left out"))
	}
	p.section("Reported to attack it", quiet(fmt.Sprintf(" – %s of %d that were read", count(len(v.Against), "attacker", "attackers"), v.Read)))
	if len(v.Against) > 0 {
		for _, c := range v.Aims {
			p.pair(2, 34, string(c.Aim), plain(of(c.Attackers, len(v.Against))))
		}
		p.pair(2, 34, "another aim", plain(of(v.Other, len(v.Against))))
		p.pair(2, 34, "no aim is told", plain(of(v.Untold, len(v.Against))))
	}
	for i := range v.Against {
		p.attacker(&v.Against[i], true)
	}
	p.section("In which it is named itself", quiet(" – "+count(len(v.Named), "attacker", "attackers")))
	for i := range v.Named {
		p.attacker(&v.Named[i], false)
	}
}

func licence(s string) string {
	if s == "" {
		return ""
	}
	return ", " + s
}

func (p *printer) attacker(a *threat.Attacker, victims bool) {
	p.blank()
	p.flow(2, 4, strong(a.Name), quiet(joined("; ", " "+a.Kind, strings.Join(a.Names, ", "))))
	claims := func(label string, list []threat.Claim) {
		for _, c := range list {
			words := c.Words
			if c.Confidence != "" {
				words += " (confidence " + c.Confidence + ")"
			}
			p.pair(4, 14, label, plain(words), quiet(" – "+c.Relation+", "+said(c.Said)))
		}
	}
	if victims {
		claims("victim", a.Victims)
	}
	claims("behind it", a.Sponsors)
	for _, c := range a.Aims {
		aim := string(c.Aim)
		if aim == "" {
			aim = "another aim"
		}
		p.pair(4, 14, "aim", plain(aim), quiet(" – "+c.Relation+" \""+c.Words+"\", "+said(c.Said)))
	}
	for _, kind := range kindsOf(a.Means) {
		var names []string
		more := 0
		for _, m := range a.Means {
			name := strings.TrimSpace(m.ID + " " + m.Name)
			switch {
			case m.Kind != kind || slices.Contains(names, name):
			case len(names) == threatsMost:
				more++
			default:
				names = append(names, name)
			}
		}
		text := strings.Join(names, ", ")
		if more > 0 {
			text += fmt.Sprintf(", and %d more", more)
		}
		p.pair(4, 14, kind, plain(text))
	}
	for _, j := range a.Joined {
		p.pair(4, 14, "read with", plain(j))
	}
	var sources []string
	for _, s := range a.Said {
		sources = append(sources, said(s))
	}
	p.pair(4, 14, "says", quiet(strings.Join(sources, "; ")))
}

// kindsOf lists the kinds of means in the order of the list.
func kindsOf(list []threat.Means) (out []string) {
	for _, m := range list {
		if !slices.Contains(out, m.Kind) {
			out = append(out, m.Kind)
		}
	}
	return out
}

// said names a collection and the first documents that it rests on.
func said(s threat.Said) string {
	out := s.Import
	for i, r := range s.References {
		if i == 2 {
			return out + fmt.Sprintf(" and %d more", len(s.References)-2)
		}
		out += ", " + referenceWord(r)
	}
	return out
}

func referenceWord(r stix.Reference) string {
	if r.URL != "" {
		return r.URL
	}
	return strings.TrimSpace(r.SourceName + " " + r.ExternalID)
}
