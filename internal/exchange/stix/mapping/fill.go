package mapping

import (
	"cmp"
	"slices"
	"strings"

	"entente"
	"entente/internal/datapackage"
	"entente/internal/exchange/stix"
)

// The functions here give a record's object the standard's own properties: what
// a tool shows that knows nothing of the extensions. They are made from the
// record and are not read back.

// CoreExtension is the incident core extension that the STIX community
// publishes; both its properties that are needed are given their word for
// "nothing is known of it".
const CoreExtension stix.ID = "extension-definition--ef765651-680c-498d-9894-99799f2fa126"

// scale gives the word of STIX for a stance.
var scale = map[entente.Stance]string{
	entente.Affirms: "strongly-agree", entente.AffirmsWithConditions: "agree", entente.Reserved: "neutral",
	entente.Doubts: "disagree", entente.Rejects: "strongly-disagree",
}

// said tells a stance in a sentence.
var said = map[entente.Stance]string{
	entente.Affirms: "affirms", entente.AffirmsWithConditions: "affirms, with conditions", entente.Reserved: "says that it has not decided",
	entente.Doubts: "doubts", entente.Rejects: "rejects",
}

// set adds what is filled.
func set(m map[string]any, pairs ...string) {
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			m[pairs[i]] = pairs[i+1]
		}
	}
}

// objectRefs gives the identifiers of records, those without a value left out;
// the extension's definition when there are none, since the list may not be
// empty.
func (x *exporter) objectRefs(r row, refs ...datapackage.Ref) ([]stix.ID, error) {
	var out []stix.ID
	for _, ref := range refs {
		if ref.ID == "" || ref.ID == string(entente.AnyActor) {
			continue
		}
		id, err := x.idOf(ref)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	if out == nil {
		out = []stix.ID{extensionOf[r.Table].ID()}
	}
	return out, nil
}

func actorRefs(ids ...string) []datapackage.Ref {
	var out []datapackage.Ref
	for _, id := range ids {
		out = append(out, datapackage.Ref{Table: "actors", ID: id})
	}
	return out
}

func (x *exporter) actorName(id string) string {
	if a := x.c.Actor(entente.ActorID(id)); a != nil {
		return a.Name
	}
	return id
}

// report fills a report about the records that refs name.
func (x *exporter) report(r row, m map[string]any, kind, name, text, when string, refs ...datapackage.Ref) error {
	set(m, "name", name, "description", text, "published", date(when))
	m["report_types"] = []string{kind}
	var err error
	m["object_refs"], err = x.objectRefs(r, refs...)
	return err
}

func fillActor(x *exporter, r row, m map[string]any) ([]map[string]any, error) {
	class := "organization"
	if k := entente.ActorKind(r.get("kind")); k == entente.Bloc || k == entente.PersonGroup {
		class = "group"
	}
	set(m, "name", r.get("name"), "identity_class", class, "description", r.get("note"))
	if r.get("kind") != string(entente.State) || r.get("iso2") == "" {
		return nil, nil
	}
	m["sectors"] = []string{"government-national"}
	place, err := x.derived(r, "location", "location", map[string]any{"name": r.get("name"), "country": r.get("iso2")})
	if err != nil {
		return nil, err
	}
	set(place, "region", region(r.get("subregion")))
	link, err := x.derived(r, "relationship", "located-at", map[string]any{
		"relationship_type": "located-at", "source_ref": m["id"], "target_ref": place["id"],
	})
	return []map[string]any{place, link}, err
}

// region gives the word of STIX for a sub-region of the UN [10.24].
func region(sub string) string {
	return strings.ReplaceAll(strings.ReplaceAll(strings.ToLower(sub), " and ", " "), " ", "-")
}

func fillSource(x *exporter, r row, m map[string]any) ([]map[string]any, error) {
	return nil, x.report(r, m, "document", r.get("title"), r.get("author"), r.get("date"), actorRefs(r.list("text_of")...)...)
}

func fillInstrument(x *exporter, r row, m map[string]any) ([]map[string]any, error) {
	return nil, x.report(r, m, "instrument", r.get("title"), r.get("note"), r.get("date"), actorRefs(r.get("body"))...)
}

func fillNorm(x *exporter, r row, m map[string]any) ([]map[string]any, error) {
	m["labels"] = []string{r.get("pillar"), r.get("issue")}
	refs := append(actorRefs(r.get("scope")), datapackage.Ref{Table: "propositions", ID: r.get("parent")})
	return nil, x.report(r, m, "norm", r.get("statement"), r.get("note"), "", refs...)
}

func fillStance(x *exporter, r row, m map[string]any) ([]map[string]any, error) {
	stance := entente.Stance(r.get("stance"))
	word := scale[stance]
	if word == "" { // who has said nothing has no opinion
		return nil, &entente.Error{Kind: entente.Invalid, Op: "export STIX", Place: "statements:" + r.id, Msg: "the statement has no stance", Hint: "settle the coding first"}
	}
	name := x.actorName(r.get("actor"))
	norm := datapackage.Ref{Table: "propositions", ID: r.get("proposition")}
	text := name + " " + said[stance] + ": " + x.rows[norm].get("statement")
	if c := r.get("conditions"); c != "" {
		text += ". Conditions: " + c
	}
	set(m, "opinion", word, "explanation", text)
	m["authors"] = []string{name}
	var err error
	m["object_refs"], err = x.objectRefs(r, norm)
	return nil, err
}

func fillIncident(x *exporter, r row, m map[string]any) ([]map[string]any, error) {
	set(m, "name", r.get("title"), "description", r.get("note"))
	m["extensions"].(map[string]any)[string(CoreExtension)] = map[string]any{
		"extension_type": "property-extension", "determination": "suspected", "investigation_status": "new",
	}
	var out []map[string]any
	for _, target := range r.list("targets") {
		id, err := x.idOf(datapackage.Ref{Table: "actors", ID: target})
		if err != nil {
			return nil, err
		}
		link, err := x.derived(r, "relationship", "targets "+target, map[string]any{
			"relationship_type": "targets", "source_ref": m["id"], "target_ref": id,
		})
		if err != nil {
			return nil, err
		}
		out = append(out, link)
	}
	return out, nil
}

func fillAttribution(x *exporter, r row, m map[string]any) ([]map[string]any, error) {
	incident := datapackage.Ref{Table: "incidents", ID: r.get("incident")}
	title := x.actorName(r.get("actor")) + ", " + r.get("kind") + ": " + x.rows[incident].get("title")
	refs := append(actorRefs(r.get("actor"), r.get("attributed_to"), r.get("unit")), incident)
	if err := x.report(r, m, "attribution", title, r.get("note"), r.get("date"), refs...); err != nil {
		return nil, err
	}
	from, err := x.idOf(incident)
	if err != nil {
		return nil, err
	}
	var out []map[string]any
	for _, column := range []string{"attributed_to", "unit"} {
		if r.get(column) == "" {
			continue
		}
		to, err := x.idOf(datapackage.Ref{Table: "actors", ID: r.get(column)})
		if err != nil {
			return nil, err
		}
		link, err := x.derived(r, "relationship", column, map[string]any{
			"relationship_type": "attributed-to", "source_ref": from, "target_ref": to, "description": title,
		})
		if err != nil {
			return nil, err
		}
		if refs := m["external_references"]; refs != nil {
			link["external_references"] = refs
		}
		out = append(out, link)
	}
	return out, nil
}

// relate fills a relationship between two records.
func (x *exporter) relate(m map[string]any, word, text string, from, to datapackage.Ref) ([]map[string]any, error) {
	set(m, "relationship_type", word, "description", text)
	var err error
	if m["source_ref"], err = x.idOf(from); err == nil {
		m["target_ref"], err = x.idOf(to)
	}
	return nil, err
}

func fillMembership(x *exporter, r row, m map[string]any) ([]map[string]any, error) {
	from, to := r.get("from"), r.get("to")
	if from != "" {
		m["start_time"] = date(from)
	}
	if to != "" && cmp.Compare(date(to), date(from)) > 0 {
		m["stop_time"] = date(to)
	}
	return x.relate(m, "member-of", r.get("role"), datapackage.Ref{Table: "actors", ID: r.get("actor")}, datapackage.Ref{Table: "actors", ID: r.get("body")})
}

func fillParticipation(x *exporter, r row, m map[string]any) ([]map[string]any, error) {
	return x.relate(m, "participates-in", r.get("role"), datapackage.Ref{Table: "actors", ID: r.get("actor")}, datapackage.Ref{Table: "instruments", ID: r.get("instrument")})
}

func fillRollCall(x *exporter, r row, m map[string]any) ([]map[string]any, error) {
	on := datapackage.Ref{Table: "instruments", ID: r.get("instrument")}
	return nil, x.report(r, m, "recorded-vote", "Recorded vote: "+x.rows[on].get("title"), r.get("note"), r.get("date"), on)
}

func fillVote(x *exporter, r row, m map[string]any) ([]map[string]any, error) {
	return x.relate(m, "voted-in", r.get("ballot"), datapackage.Ref{Table: "actors", ID: r.get("actor")}, datapackage.Ref{Table: "rollcalls", ID: r.get("rollcall")})
}

func fillImplication(x *exporter, r row, m map[string]any) ([]map[string]any, error) {
	return x.relate(m, "implies", r.get("reason"), datapackage.Ref{Table: "instruments", ID: r.get("instrument")}, datapackage.Ref{Table: "propositions", ID: r.get("proposition")})
}

// fillNote gives the function for tables whose record is a remark on others:
// the column with the text, the column that names the others and their table.
func fillNote(text, about, table string) func(*exporter, row, map[string]any) ([]map[string]any, error) {
	return func(x *exporter, r row, m map[string]any) ([]map[string]any, error) {
		content := r.get(text)
		if note := r.get("note"); text == "finding" && note != "" {
			content += ": " + note
		}
		set(m, "content", content, "abstract", datapackage.About(r.Table))
		var refs []datapackage.Ref
		for _, id := range r.list(about) {
			refs = append(refs, datapackage.Ref{Table: table, ID: id})
		}
		var err error
		m["object_refs"], err = x.objectRefs(r, refs...)
		return nil, err
	}
}

func fillChallenge(x *exporter, r row, m map[string]any) ([]map[string]any, error) {
	table, id, _ := strings.Cut(r.get("record"), ":")
	set(m, "content", r.get("text"), "abstract", datapackage.About(r.Table))
	var err error
	m["object_refs"], err = x.objectRefs(r, datapackage.Ref{Table: table, ID: id})
	return nil, err
}

func fillProject(x *exporter, r row, m map[string]any) ([]map[string]any, error) {
	refs := actorRefs(append([]string{r.get("lead")}, r.list("partners")...)...)
	return nil, x.report(r, m, "project", r.get("title"), r.get("note"), r.get("from"), refs...)
}
