package stix

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"strings"
	"time"
)

// Synthetic makes a made-up corpus for measuring: objects of the sorts, sizes
// and proportions of a large published collection (four of five objects are
// relationships, one in seven has more versions), each with a mark of TLP 2.0
// from marks in turn. Nothing in it is real. The same n, seed and marks give
// the same bytes; each object is valid.
func Synthetic(n int, seed uint64, marks []ID) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		g := &generator{rnd: rand.New(rand.NewPCG(seed, 0x656e74656e7465)), marks: marks}
		for made := 0; made < n; {
			raw, again := g.object()
			if !yield(raw) {
				return
			}
			made++
			if !again || made >= n {
				continue
			}
			if !yield(g.newer(raw)) {
				return
			}
			made++
		}
	}
}

// SyntheticCreator is the maker of everything in a synthetic corpus.
const SyntheticCreator ID = "identity--0c5a9d1e-5b1f-4b8e-8a53-1f6d2a9b7c01"

type generator struct {
	rnd   *rand.Rand
	marks []ID
	at    int // objects made
	last  []ID
}

var syntheticTypes = []string{"attack-pattern", "intrusion-set", "malware", "tool", "campaign", "course-of-action", "identity", "report"}

var syntheticWords = strings.Fields(`synthetic actor network service account access remote server message report group system data
	exchange ministry partner measure signal record public notice observed claimed described update version region sector energy
	transport finance health election supply chain vendor client credential session control review response recovery`)

func (g *generator) words(n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(syntheticWords[g.rnd.IntN(len(syntheticWords))])
	}
	return b.String()
}

func (g *generator) uuid() string {
	a, b := g.rnd.Uint64(), g.rnd.Uint64()
	return fmt.Sprintf("%08x-%04x-4%03x-%04x-%012x", uint32(a), uint16(a>>32), uint16(a>>48)&0xfff, 0x8000|uint16(b)&0x3fff, b>>16)
}

// stamp gives the time of the object that is made now; later objects are later.
func (g *generator) stamp() time.Time {
	return time.Date(2021, 2, 19, 8, 0, 0, 0, time.UTC).Add(time.Duration(g.at) * 90 * time.Second)
}

func (g *generator) object() (raw []byte, again bool) {
	g.at++
	typ := "relationship"
	if len(g.last) < 8 || g.rnd.IntN(5) == 0 {
		typ = syntheticTypes[g.rnd.IntN(len(syntheticTypes))]
	}
	id := ID(typ + "--" + g.uuid())
	at := At(g.stamp())
	b := fmt.Appendf(nil, `{"type":%q,"spec_version":"2.1","id":%q,"created":%q,"created_by_ref":%q,"modified":%q,`, typ, id, at, SyntheticCreator, at)
	if len(g.marks) > 0 {
		b = fmt.Appendf(b, `"object_marking_refs":[%q],`, g.marks[g.at%len(g.marks)])
	}
	b = fmt.Appendf(b, `"external_references":[{"source_name":"synthetic","url":"https://example.org/%d","external_id":"S%05d"},{"source_name":%q,"description":%q}],`,
		g.at, g.at, g.words(2), g.words(18))
	switch typ {
	case "relationship":
		from, to := g.last[g.rnd.IntN(len(g.last))], g.last[g.rnd.IntN(len(g.last))]
		b = fmt.Appendf(b, `"relationship_type":"uses","source_ref":%q,"target_ref":%q,"description":%q,`, from, to, g.words(60))
	case "malware":
		b = fmt.Appendf(b, `"is_family":true,"malware_types":["remote-access-trojan"],`)
	case "report":
		b = fmt.Appendf(b, `"published":%q,"object_refs":[%q],`, at, SyntheticCreator)
	case "attack-pattern":
		b = fmt.Appendf(b, `"kill_chain_phases":[{"kill_chain_name":"synthetic","phase_name":"persistence"}],"x_synthetic_platforms":["A","B"],`)
	}
	if typ != "relationship" {
		b = fmt.Appendf(b, `"name":%q,"description":%q,`, "Synthetic "+g.words(2), g.words(200))
		if len(g.last) < 4096 {
			g.last = append(g.last, id)
		} else {
			g.last[g.rnd.IntN(len(g.last))] = id
		}
	}
	b = fmt.Appendf(b, `"x_synthetic_version":"1.%d","x_synthetic_weight":%d.%03d}`, g.rnd.IntN(9), g.rnd.IntN(100), g.rnd.IntN(1000))
	return b, g.rnd.IntN(7) == 0
}

// newer makes the next version of an object.
func (g *generator) newer(raw []byte) []byte {
	g.at++
	s := string(raw)
	i := strings.Index(s, `"modified":"`) + len(`"modified":"`)
	j := i + strings.IndexByte(s[i:], '"')
	return []byte(s[:i] + At(g.stamp()).String() + s[j:len(s)-1] + `,"x_synthetic_change":"` + g.words(3) + `"}`)
}
