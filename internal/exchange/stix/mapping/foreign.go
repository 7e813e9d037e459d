package mapping

import (
	"encoding/json"
	"slices"
	"strings"

	"entente"
	"entente/internal/exchange/stix"
)

// Proposal is a record that an object of others could become, once a person has
// looked at it: the date, which STIX does not tell, is left to that person.
type Proposal struct {
	Incident entente.Incident
	Object   stix.ID
	// Unknown are the names of targets that are no actor of the corpus.
	Unknown []string
}

// ProposeIncidents reads incidents that other tools have made (with the incident
// core extension or without) as proposed records. Targets are found by the
// relationships "targets" and "impacts": to an identity of this program, or to
// an identity or location by its name or country. Revoked objects and those
// that carry a record of their own are left out.
func ProposeIncidents(list []*stix.Object, c *entente.Corpus) []Proposal {
	list = stix.Latest(list)
	known := places(list, c)
	targets := map[stix.ID][]stix.ID{}
	for _, o := range list {
		if t := o.Text("relationship_type"); !o.Revoked() && (t == "targets" || t == "impacts") {
			targets[o.Ref("source_ref")] = append(targets[o.Ref("source_ref")], o.Ref("target_ref"))
		}
	}
	own := extensionOf["incidents"].ID()
	var out []Proposal
	for _, o := range list {
		if o.Type() != "incident" || o.Revoked() || o.Extension(own) != nil {
			continue
		}
		p := Proposal{Object: o.ID(), Incident: entente.Incident{ID: "stix-" + o.ID().UUID(), Title: oneLine(o.Text("name")), Note: oneLine(remark(o))}}
		for _, to := range targets[o.ID()] {
			switch a, ok := known[to]; {
			case !ok:
				p.Unknown = append(p.Unknown, string(to))
			case a.id == "":
				p.Unknown = append(p.Unknown, a.name)
			case !slices.Contains(p.Incident.Targets, a.id):
				p.Incident.Targets = append(p.Incident.Targets, a.id)
			}
		}
		slices.Sort(p.Incident.Targets)
		slices.Sort(p.Unknown)
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b Proposal) int { return strings.Compare(string(a.Object), string(b.Object)) })
	return out
}

type place struct {
	id   entente.ActorID // empty when it is no actor of the corpus
	name string
}

// places finds the actors that identities and locations stand for.
func places(list []*stix.Object, c *entente.Corpus) map[stix.ID]place {
	byID, byName, byCountry := map[stix.ID]entente.ActorID{}, map[string]entente.ActorID{}, map[string]entente.ActorID{}
	for i := range c.Actors {
		a := &c.Actors[i]
		byID[ActorIdentity(a.ID)], byName[strings.ToLower(a.Name)] = a.ID, a.ID
		if a.ISO2 != "" {
			byCountry[strings.ToLower(a.ISO2)] = a.ID
		}
	}
	out := map[stix.ID]place{}
	for _, o := range list {
		if o.Type() != "identity" && o.Type() != "location" {
			continue
		}
		p := place{byID[o.ID()], o.Text("name")}
		if p.id == "" {
			p.id = byName[strings.ToLower(p.name)]
		}
		if country := o.Text("country"); p.id == "" && country != "" {
			p.id = byCountry[strings.ToLower(country)]
		}
		if p.name == "" {
			p.name = string(o.ID())
		}
		out[o.ID()] = p
	}
	for _, o := range list { // a ministry lies in its state
		if o.Text("relationship_type") != "located-at" || o.Revoked() {
			continue
		}
		from, in := out[o.Ref("source_ref")], out[o.Ref("target_ref")]
		if from.name != "" && from.id == "" && in.id != "" {
			from.id = in.id
			out[o.Ref("source_ref")] = from
		}
	}
	return out
}

// remark tells what the object says beside its name.
func remark(o *stix.Object) string {
	parts := []string{o.Text("description")}
	var core struct {
		Determination string `json:"determination"`
		Status        string `json:"investigation_status"`
	}
	if v := o.Extension(CoreExtension); v != nil && json.Unmarshal(v, &core) == nil {
		parts = append(parts, "determination: "+core.Determination, "investigation: "+core.Status)
	}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), "; ")
}

// oneLine makes foreign text fit for a cell.
func oneLine(s string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(s, "\x00", "")), " ")
}
