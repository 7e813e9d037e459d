package threat

import (
	"entente"
	"entente/internal/exchange/stix"
)

// Said is where something is said.
type Said struct {
	// Import is the name of the collection that was read.
	Import string `json:"import"`
	// Object is the identifier of the object that says it.
	Object string `json:"object"`
	// References are the documents that the object rests on.
	References []stix.Reference `json:"references,omitempty"`
}

// Claim is one thing that a source says of an attacker, in its own words.
type Claim struct {
	// Relation is the word of the source for what it claims: the type of a
	// relationship, the name of a field.
	Relation string `json:"relation"`
	Words    string `json:"words"`
	// Confidence is the source's own figure, as it gives it.
	Confidence string `json:"confidence,omitempty"`
	Said       Said   `json:"said"`
}

// AimClaim is what a source says that an attacker is after.
type AimClaim struct {
	// Aim is the aim that the words stand for; empty when they stand for none of
	// the five.
	Aim Aim `json:"aim"`
	Claim
}

// Means is something by which an attacker is reported to act.
type Means struct {
	Kind string `json:"kind"` // technique, malware, tool, campaign, infrastructure, vulnerability
	Name string `json:"name"`
	// ID is the number in the collection, T1566 for example.
	ID string `json:"id,omitempty"`
	// Via names the campaign or the other entry through which it is reported.
	Via  string `json:"via,omitempty"`
	Said Said   `json:"said"`
}

// Attacker is a group, a campaign or an incident that is reported.
type Attacker struct {
	Name  string   `json:"name"`
	Kind  string   `json:"kind"` // group, campaign, incident
	Names []string `json:"names,omitempty"`
	// Victims are the claims for which it is in the picture.
	Victims []Claim `json:"victims"`
	// Sponsors are the states or others that sources name behind it.
	Sponsors []Claim    `json:"sponsors,omitempty"`
	Aims     []AimClaim `json:"aims,omitempty"`
	Means    []Means    `json:"means,omitempty"`
	// Joined tells which other entries were read with it, and why.
	Joined []string `json:"joined,omitempty"`
	Said   []Said   `json:"said"`
}

// Picture is what is reported of attacks on one actor.
type Picture struct {
	Actor entente.ActorID `json:"actor"`
	// Against are those who are reported to attack the actor, by name. The list
	// is no ranking.
	Against []Attacker `json:"against"`
	// Named are those behind whom the actor itself is named.
	Named []Attacker `json:"named"`
	// Read counts the entries that were read, LeftOut those that their own
	// collection has withdrawn or calls outdated.
	Read    int `json:"read"`
	LeftOut int `json:"left_out"`
}
