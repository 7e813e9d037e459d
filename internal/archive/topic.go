package archive

import "strings"

// Topics is a set of topics.
type Topics uint16

// The topics. All but the last are the source's own codes, found by words in
// the title; ICT marks the calls that are linked to an instrument of a corpus.
const (
	MiddleEast Topics = 1 << iota
	Nuclear
	Disarmament
	HumanRights
	Colonialism
	Development
	ICT
)

// Topic describes one topic.
type Topic struct {
	Bit  Topics
	Code string // as the source has it
	Word string // as a person writes it
	Name string
}

// TopicList lists every topic.
var TopicList = []Topic{
	{MiddleEast, "me", "middle-east", "Palestine and the Middle East"},
	{Nuclear, "nu", "nuclear", "Nuclear weapons and material"},
	{Disarmament, "di", "disarmament", "Arms control and disarmament"},
	{HumanRights, "hr", "human-rights", "Human rights"},
	{Colonialism, "co", "colonialism", "Colonialism"},
	{Development, "ec", "development", "Economic development"},
	{ICT, "ict", "ict", "Security in the use of ICTs, and cybercrime"},
}

// Words gives the topics as words, in the order of [TopicList].
func (t Topics) Words() []string {
	var out []string
	for _, x := range TopicList {
		if t&x.Bit != 0 {
			out = append(out, x.Word)
		}
	}
	return out
}

// codes gives the source's codes, parted by ";", without ICT: that follows from
// the link to a corpus and is never stored.
func (t Topics) codes() string {
	var out []string
	for _, x := range TopicList {
		if t&x.Bit != 0 && x.Bit != ICT {
			out = append(out, x.Code)
		}
	}
	return strings.Join(out, ";")
}

// ParseTopic finds a topic by code or word.
func ParseTopic(w string) (Topics, bool) {
	w = strings.ToLower(strings.TrimSpace(w))
	for _, x := range TopicList {
		if w == x.Code || w == x.Word {
			return x.Bit, true
		}
	}
	return 0, false
}
