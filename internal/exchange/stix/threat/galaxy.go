package threat

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"entente"
	"entente/internal/exchange/stix"
)

// MaxGalaxy bounds a cluster file of a MISP galaxy, in bytes.
const MaxGalaxy = 64 << 20

// cluster is the part of a MISP galaxy cluster that is read. The format: MISP
// core documents, "galaxy" (an Internet-Draft), and the files of misp-galaxy.
type cluster struct {
	Name   string `json:"name"`
	Type   string `json:"type"`
	Values []struct {
		UUID    string `json:"uuid"`
		Value   string `json:"value"`
		Revoked bool   `json:"revoked"`
		Meta    struct {
			Country    texts `json:"country"`
			Confidence texts `json:"attribution-confidence"`
			Sponsor    texts `json:"cfr-suspected-state-sponsor"`
			Victims    texts `json:"cfr-suspected-victims"`
			Incident   texts `json:"cfr-type-of-incident"`
			Motive     texts `json:"motive"`
			Synonyms   texts `json:"synonyms"`
			Refs       texts `json:"refs"`
		} `json:"meta"`
		Related []struct {
			To   string `json:"dest-uuid"`
			Type string `json:"type"`
		} `json:"related"`
	} `json:"values"`
}

// texts reads a text or a list of texts, which the files mix; numbers are taken
// as text.
type texts []string

func (t *texts) UnmarshalJSON(b []byte) error {
	var one any
	if err := json.Unmarshal(b, &one); err != nil {
		return err
	}
	list, ok := one.([]any)
	if !ok {
		list = []any{one}
	}
	for _, v := range list {
		switch v := v.(type) {
		case string:
			if s := strings.TrimSpace(v); s != "" {
				*t = append(*t, s)
			}
		case float64:
			*t = append(*t, fmt.Sprint(v))
		}
	}
	return nil
}

// first gives the first text, empty when there is none.
func (t texts) first() string {
	if len(t) == 0 {
		return ""
	}
	return t[0]
}

// AddGalaxy reads a cluster file of a MISP galaxy whose values are attackers
// (threat-actor and the like) and gives their number. name is what the file is
// called.
func (b *Base) AddGalaxy(name string, r io.Reader) (int, error) {
	fail := func(msg string, err error) (int, error) {
		return 0, &entente.Error{Kind: entente.Invalid, Op: "import a galaxy", Place: name, Msg: msg, Err: err}
	}
	data, err := io.ReadAll(io.LimitReader(r, MaxGalaxy+1))
	switch {
	case err != nil:
		return 0, &entente.Error{Kind: entente.Unavailable, Op: "import a galaxy", Place: name, Msg: "the file could not be read to its end", Err: err}
	case len(data) > MaxGalaxy:
		return fail(fmt.Sprintf("the file has more than %d MB", MaxGalaxy>>20), nil)
	}
	var c cluster
	if err := json.Unmarshal(data, &c); err != nil {
		return fail("this is not a cluster file of a galaxy", err)
	}
	if c.Values == nil {
		return fail("the file has no list called values", nil)
	}
	n := 0
	for _, v := range c.Values {
		if v.UUID == "" || v.Value == "" {
			continue
		}
		m := v.Meta
		said := Said{Import: name, Object: v.UUID}
		for _, ref := range m.Refs {
			said.References = append(said.References, stix.Reference{SourceName: name, URL: ref})
		}
		e := &entry{id: v.UUID, typ: "threat-actor", name: v.Value, names: m.Synonyms, said: said, dead: v.Revoked}
		for _, s := range m.Victims {
			e.victims = append(e.victims, Claim{Relation: "cfr-suspected-victims", Words: s, Said: said})
		}
		relation, sponsors := "cfr-suspected-state-sponsor", m.Sponsor
		if len(sponsors) == 0 {
			relation, sponsors = "country", m.Country
		}
		for _, s := range sponsors {
			e.sponsors = append(e.sponsors, Claim{Relation: relation, Words: s, Confidence: m.Confidence.first(), Said: said})
		}
		for _, s := range m.Incident {
			e.aim("cfr-type-of-incident", s, said)
		}
		for _, s := range m.Motive {
			e.aim("motive", s, said)
		}
		for _, r := range v.Related {
			e.similar = append(e.similar, link{to: r.To, said: said, why: r.Type})
		}
		b.add(e)
		n++
	}
	return n, nil
}
