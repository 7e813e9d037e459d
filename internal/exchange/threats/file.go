package threats

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"entente"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/stix"
	"entente/internal/exchange/stix/threat"
)

// Format is the form of a file.
type Format string

// The forms.
const (
	STIX   Format = "stix"   // a bundle of STIX 2.1, in the shape of ATT&CK or any other
	Galaxy Format = "galaxy" // a cluster file of a MISP galaxy
)

// MaxFile bounds a file, in bytes: the largest published collection five times
// over.
const MaxFile = 256 << 20

func fault(place, msg, hint string, err error) error {
	return &entente.Error{Kind: entente.Invalid, Op: "import threats", Place: place, Msg: msg, Hint: hint, Err: err}
}

// formatOf tells the form by the names at the top of the file.
func formatOf(name string, data []byte) (Format, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return "", fault(name, "this is not a JSON file", "give a STIX 2.1 bundle or a cluster file of a MISP galaxy", err)
	}
	var value json.RawMessage
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return "", fault(name, "the file is broken", "", err)
		}
		switch key {
		case "objects":
			return STIX, nil
		case "values":
			return Galaxy, nil
		}
		if err := d.Decode(&value); err != nil {
			return "", fault(name, "the file is broken", "", err)
		}
	}
	return "", fault(name, "the file has neither objects nor values", "give a STIX 2.1 bundle or a cluster file of a MISP galaxy", nil)
}

// counts tell what became of the parts of a file.
type counts struct {
	objects, attackers, refused, hidden int
}

// fill adds what a file says to a base. What is handled more strictly than upTo is
// left out and counted; own is the level of what carries no mark of its own.
func fill(b *threat.Base, name string, format Format, data []byte, own, upTo handling.TLP) (counts, error) {
	if format == Galaxy {
		return fillGalaxy(b, name, data, own, upTo)
	}
	return fillSTIX(b, name, data, own, upTo)
}

func fillGalaxy(b *threat.Base, name string, data []byte, own, upTo handling.TLP) (counts, error) {
	var head struct {
		Type   string `json:"type"`
		Values []struct {
			UUID string `json:"uuid"`
		} `json:"values"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return counts{}, fault(name, "this is not a cluster file of a galaxy", "", err)
	}
	if !slices.ContainsFunc([]string{"actor", "intrusion-set", "activity-group"}, func(s string) bool { return strings.Contains(head.Type, s) }) {
		return counts{}, fault(name, fmt.Sprintf("the galaxy %.40q does not list attackers", head.Type), "threat-actor, mitre-intrusion-set and microsoft-activity-group do", nil)
	}
	if own > upTo {
		return counts{objects: len(head.Values), hidden: len(head.Values)}, nil
	}
	n, err := b.AddGalaxy(name, bytes.NewReader(data))
	return counts{objects: n, attackers: n, refused: len(head.Values) - n}, err
}

// wanted are the types of which package threat reads something, with the marks
// that say how they are to be handled.
var wanted = []string{
	"intrusion-set", "threat-actor", "campaign", "incident", "attack-pattern", "malware", "tool", "infrastructure", "vulnerability",
	"location", "identity", "relationship", "marking-definition",
}

// attackers are the types that are counted as attackers.
var attackers = wanted[:4]

func fillSTIX(b *threat.Base, name string, data []byte, own, upTo handling.TLP) (counts, error) {
	var c counts
	var list []*stix.Object
	marks := map[stix.ID]*stix.Object{}
	r := stix.NewReader(bytes.NewReader(data), stix.StreamLimits{Bytes: MaxFile, Objects: stix.DefaultStreamLimits.Objects, Object: stix.DefaultLimits})
	for {
		raw, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return c, fault(name, "the bundle is broken", "", err)
		}
		c.objects++
		o, faults := stix.ParseItem(raw, stix.DefaultLimits)
		if len(faults) == 0 {
			faults = stix.Refusals(stix.Validate(o))
		}
		switch {
		case len(faults) > 0:
			c.refused++
		case o.Type() == "marking-definition":
			marks[o.ID()] = o
		case slices.Contains(wanted, o.Type()):
			list = append(list, o)
		}
	}
	h, err := newHandler(own, func(id stix.ID) *stix.Object { return marks[id] })
	if err != nil {
		return c, err
	}
	list = slices.DeleteFunc(stix.Latest(list), func(o *stix.Object) bool { // the newest version decides
		if h.level(o) > upTo {
			c.hidden++
			return true
		}
		if slices.Contains(attackers, o.Type()) {
			c.attackers++
		}
		return false
	})
	b.AddSTIX(name, list)
	return c, nil
}

// handler finds how objects of an imported file are to be handled: as their own
// marks say, and never less strictly than the file as a whole.
type handler struct {
	own    handling.TLP
	mild   *handling.Assessor
	strict *handling.Assessor
}

// newHandler makes a handler. What carries no mark is as the file; an assessor
// only knows a fixed level for that, so two are asked: where they differ, no mark
// has spoken.
func newHandler(own handling.TLP, lookup func(stix.ID) *stix.Object) (*handler, error) {
	mild, err := handling.NewAssessor(handling.Green, lookup, nil)
	if err != nil {
		return nil, err
	}
	strict, err := handling.NewAssessor(handling.AmberStrict, lookup, nil)
	return &handler{own: own, mild: mild, strict: strict}, err
}

func (h *handler) level(o *stix.Object) handling.TLP {
	a, b := h.mild.Assess(o).Level, h.strict.Assess(o).Level
	if a != b {
		return h.own
	}
	return max(a, h.own)
}

// pack packs a file for keeping: the same file gives the same bytes.
func pack(data []byte) ([]byte, error) {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := z.Write(data); err != nil {
		return nil, err
	}
	err := z.Close()
	return out.Bytes(), err
}

// unpack gives the file back, or says that it is damaged.
func unpack(name string, packed []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err == nil {
		var data []byte
		if data, err = io.ReadAll(io.LimitReader(z, MaxFile+1)); err == nil && len(data) <= MaxFile {
			return data, nil
		}
	}
	return nil, &entente.Error{Kind: entente.Internal, Op: "read threats", Place: name, Msg: "the kept file cannot be unpacked", Hint: "import it again", Err: err}
}
