package view

import (
	"entente"
)

// The schemas of networks; the number rises when a field changes its meaning or
// goes.
const (
	NetworkSchema     = "entente.network/1"
	NetworkEdgeSchema = "entente.network-edge/1"
)

// Network is a discourse network with what is read off it. What is null or
// missing is not defined for this network, and Notes says why.
type Network struct {
	Schema   string          `json:"schema"`
	Corpus   *CorpusInfo     `json:"corpus,omitempty"` // not for an event list
	AsOf     string          `json:"as_of,omitempty"`
	Data     NetworkData     `json:"data"`
	Settings NetworkSettings `json:"settings"`
	Scale    NetworkScale    `json:"scale"`
	Counts   NetworkCounts   `json:"counts"`
	Size     NetworkSize     `json:"size"`
	Nodes    []NetworkNode   `json:"nodes"` // by kind, then id
	Edges    []NetworkEdge   `json:"edges"` // by source, then target; each pair once

	Camps        *NetworkCamps    `json:"camps,omitempty"` // this and the next three are asked for with communities
	Blocs        *NetworkBlocs    `json:"blocs,omitempty"`
	Polarisation *NetworkPoles    `json:"polarisation,omitempty"`
	Backbone     *NetworkBackbone `json:"backbone,omitempty"`
	Layout       *NetworkLayout   `json:"layout,omitempty"`
	Windows      []NetworkWindow  `json:"windows,omitempty"` // asked for with a window
	Years        []NetworkYear    `json:"years"`             // of all dated events, whatever the range
	Notes        []NetworkNote    `json:"notes"`
	matrix       networkMatrix
}

// NetworkYear counts the events that are dated to a year. Thin: fewer than
// thirty.
type NetworkYear struct {
	Year   int  `json:"year"`
	Events int  `json:"events"`
	Thin   bool `json:"thin"`
}

// NetworkData says which events went in.
type NetworkData struct {
	From      string `json:"from"` // statements, acts, votes, events
	File      string `json:"file,omitempty"`
	Actors    string `json:"actors"`    // what a row stands for, in words
	Concepts  string `json:"concepts"`  // what the actors are compared on, in words
	Documents string `json:"documents"` // what counts as one document, in words; empty when there are none
}

// NetworkSettings are the settings as they were used, none left open.
type NetworkSettings struct {
	Mode       string           `json:"mode"`
	Kind       string           `json:"kind"`
	Norm       string           `json:"norm"`
	Duplicates string           `json:"duplicates"`
	From       string           `json:"from,omitempty"`
	To         string           `json:"to,omitempty"`
	Pillars    []entente.Pillar `json:"pillars,omitempty"`
	Issues     []string         `json:"issues,omitempty"`
	Unverified bool             `json:"unverified"` // unverified records count
	Threshold  float64          `json:"threshold"`  // edges of less absolute weight are left out
	MinShared  int              `json:"min_shared"` // edges on fewer common concepts are left out
	Compat     string           `json:"compat,omitempty"`
	Draws      int              `json:"bootstrap"` // 0: no intervals
	Unit       string           `json:"bootstrap_unit,omitempty"`
	Level      float64          `json:"level,omitempty"`
	Seed       uint64           `json:"seed"`
	Window     string           `json:"window,omitempty"`
	Step       int              `json:"step,omitempty"`
	Kernel     string           `json:"kernel,omitempty"`
}

// NetworkScale is the scale of the qualifier. Distances are divided by Width.
type NetworkScale struct {
	Kind       string    `json:"kind"` // binary, integer, ordinal, nominal
	Width      float64   `json:"width"`
	Levels     []float64 `json:"levels"` // that occur, ascending
	Categories []string  `json:"categories,omitempty"`
}

// NetworkCounts says what became of the records. Read is the sum of the nine
// after it; the first two of these were set aside before the network was made.
type NetworkCounts struct {
	Read       int `json:"read"`
	Unverified int `json:"unverified"`  // left out as unverified
	NotByDate  int `json:"not_by_date"` // not certainly by the as-of date
	Incomplete int `json:"incomplete"`  // actor, concept or qualifier missing
	Undated    int `json:"undated"`
	Outside    int `json:"outside"` // not certainly in the date range
	Filtered   int `json:"filtered"`
	Duplicates int `json:"duplicates"`
	Infrequent int `json:"infrequent"`
	Used       int `json:"used"`
	Documents  int `json:"documents"` // different ones, of the events in the date range
}

// NetworkSize counts nodes and edges. Pairs is the number of pairs that could
// be joined: the base of Edges.
type NetworkSize struct {
	Actors   int `json:"actors"`
	Concepts int `json:"concepts"` // 0 in a one-mode network
	Isolated int `json:"isolated"` // nodes without an edge
	Edges    int `json:"edges"`
	Negative int `json:"negative"` // of these below zero
	Thin     int `json:"thin"`     // of these on fewer than three shared concepts; one-mode
	Pairs    int `json:"pairs"`
}

// NetworkNode is an actor or, in a two-mode network, a concept.
type NetworkNode struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	// Kind is the actor's kind (state, bloc …), "actor" in an event list, or
	// proposition, instrument, roll-call or concept.
	Kind   string  `json:"kind"`
	ISO3   string  `json:"iso3,omitempty"`
	Events float64 `json:"events"` // behind the row or column
	Degree int     `json:"degree"`
	// Strength is the sum of the absolute weights of the node's edges.
	Strength float64 `json:"strength"`
	// Betweenness is the share of the other pairs whose shortest paths run
	// through the node, over positive edges; the length of an edge is the inverse
	// of its weight, one step in a two-mode network. Null in a conflict network.
	Betweenness *float64 `json:"betweenness"`
	Camp        string   `json:"camp,omitempty"` // A is the largest
	// Firm is the mean share of runs in which the node is together with the
	// others of its camp.
	Firm   *float64       `json:"firm,omitempty"`
	Broker *NetworkBroker `json:"broker,omitempty"`
	Blocs  []string       `json:"blocs,omitempty"` // of the known blocs, as of the as-of date
	X      *float64       `json:"x,omitempty"`     // 0 to 1, left to right
	Y      *float64       `json:"y,omitempty"`     // 0 to 1, downward
	row    int
}

// NetworkBroker counts the open triads in which a node joins two that are not
// joined themselves, by the camps of the three. Expected is their number when
// the camps are dealt at random among the nodes.
type NetworkBroker struct {
	Coordinator   float64  `json:"coordinator"`
	Consultant    float64  `json:"consultant"`
	Gatekeeper    float64  `json:"gatekeeper"`
	Liaison       float64  `json:"liaison"`
	Between       float64  `json:"between"` // gatekeeper, consultant and liaison: across camps
	Expected      float64  `json:"between_expected"`
	Participation *float64 `json:"participation"`
}

// NetworkEdge joins two nodes.
type NetworkEdge struct {
	Source string   `json:"source"`
	Target string   `json:"target"`
	Weight float64  `json:"weight"`
	Lo     *float64 `json:"lo"`
	Hi     *float64 `json:"hi"`
	// Shared is the number of concepts on which both have an event: the base of
	// the weight. One-mode only.
	Shared int `json:"shared"`
	// Events is the number of events that add to the weight, Basis the number of
	// concepts that do; null where that would take long (see Notes).
	Events *int `json:"events"`
	Basis  *int `json:"concepts"`
	// Thin says that fewer than three concepts are shared: an interval of such an
	// edge is too narrow.
	Thin bool `json:"thin"`
	a, b int
}

// NetworkCamps are the communities and how sure they are.
type NetworkCamps struct {
	Method     string  `json:"method"`
	Layers     string  `json:"layers"` // "positive and negative" or "positive"
	Resolution float64 `json:"resolution"`
	Quality    float64 `json:"quality"`
	// Of Runs starts Reached ended with this quality; they ended with Distinct
	// different partitions.
	Runs     int           `json:"runs"`
	Reached  int           `json:"reached"`
	Distinct int           `json:"distinct"`
	Camps    []NetworkCamp `json:"camps"` // the largest first
	// Seeds says how far single runs agree, per resolution; Methods how far
	// methods do.
	Seeds   []NetworkStability `json:"stability"`
	Methods []NetworkAgreement `json:"methods"`
}

// NetworkCamp is one community.
type NetworkCamp struct {
	Camp    string   `json:"camp"`
	Members []string `json:"members"`
	// Firm is the mean share of runs in which two of its members are together;
	// null for one member.
	Firm *float64 `json:"firm"`
}

// NetworkStability is the agreement of runs that differ in the seed only.
type NetworkStability struct {
	Resolution float64 `json:"resolution"`
	Runs       int     `json:"runs"`
	Fewest     int     `json:"fewest"` // camps in a run
	Most       int     `json:"most"`
	MeanARI    float64 `json:"mean_ari"`
	LeastARI   float64 `json:"least_ari"`
}

// NetworkAgreement is the agreement of two methods.
type NetworkAgreement struct {
	A   string  `json:"a"`
	B   string  `json:"b"`
	ARI float64 `json:"ari"`
	NMI float64 `json:"nmi"`
}

// NetworkTest is a figure beside what it is when labels are dealt at random; P
// is the share of deals at least as large, the figure itself counted.
type NetworkTest struct {
	Value    float64 `json:"value"`
	Expected float64 `json:"expected"`
	Lo       float64 `json:"lo"`
	Hi       float64 `json:"hi"`
	P        float64 `json:"p"`
}

// NetworkBlocs sets camps against known blocs as of the as-of date.
type NetworkBlocs struct {
	Draws int `json:"draws"` // of every test here
	// Joint compares the camps with one bloc per actor: of several the first in
	// Order. Null with fewer than two blocs in the network.
	Order []string          `json:"order"`
	Joint *NetworkBlocJoint `json:"joint"`
	Rows  []NetworkBlocRow  `json:"rows"`
}

// NetworkBlocJoint is the agreement over the actors with a bloc.
type NetworkBlocJoint struct {
	Actors int         `json:"actors"`
	ARI    NetworkTest `json:"ari"`
	NMI    float64     `json:"nmi"`
}

// NetworkBlocRow is one bloc.
type NetworkBlocRow struct {
	Bloc      Actor    `json:"bloc"`
	Members   int      `json:"members"` // as of the as-of date
	InNetwork []string `json:"in_network"`
	Camp      string   `json:"camp,omitempty"` // its largest camp
	InCamp    int      `json:"in_camp"`        // of the members in the network that have a camp: Placed
	Placed    int      `json:"placed"`
	// Inside and Outside are the mean weights of pairs of members and of pairs
	// across the border; absent edges are 0. Difference is tested against random
	// sets of the same size. Null where the bloc has fewer than two members in
	// the network.
	Inside     *float64     `json:"inside"`
	Outside    *float64     `json:"outside"`
	Difference *NetworkTest `json:"difference"`
	// ARI compares the camps with member or not.
	ARI *NetworkTest `json:"ari"`
}

// NetworkPoles is the best split into two camps, from the congruence and the
// conflict network of the same events. Chance sets the score against networks
// whose pairs were dealt anew.
type NetworkPoles struct {
	Score   float64     `json:"score"`
	Chance  NetworkTest `json:"chance"`
	Draws   int         `json:"draws"`
	First   []string    `json:"first"`
	Second  []string    `json:"second"`
	Starts  int         `json:"starts"`
	Reached int         `json:"reached"`
	// CongruenceInside and ConflictBetween are the shares of the weight of each
	// network; null when it has none.
	CongruenceInside *float64 `json:"congruence_inside"`
	ConflictBetween  *float64 `json:"conflict_between"`
}

// NetworkBackbone is the set of concepts that keeps most of the structure.
type NetworkBackbone struct {
	Loss  string        `json:"loss"` // blocs or network
	Size  int           `json:"size"`
	Value float64       `json:"value"`
	Full  *float64      `json:"full"` // of all concepts
	Rest  *float64      `json:"rest"` // of all others
	Pairs int           `json:"pairs"`
	List  []NetworkItem `json:"concepts"` // in the order of the greedy choice where it chose them
}

// NetworkItem is a concept by id and in words.
type NetworkItem struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Kind  string `json:"kind"`
}

// NetworkLayout says how well the picture keeps distances.
type NetworkLayout struct {
	Seed   uint64  `json:"seed"`
	Stress float64 `json:"stress"`
	Nodes  int     `json:"nodes"` // that were placed: those of all dates
}

// NetworkWindow is one position of a moving window. Thin: fewer than thirty
// events.
type NetworkWindow struct {
	From   string        `json:"from"`
	Mid    string        `json:"mid"`
	To     string        `json:"to"`
	Events int           `json:"events"`
	Thin   bool          `json:"thin"`
	Actors int           `json:"actors"`      // with an event in it
	Mean   float64       `json:"mean_weight"` // of the edges
	Edges  []NetworkEdge `json:"edges"`
}

// NetworkNote says what is not defined, left out or thin, and why.
type NetworkNote struct {
	Code string `json:"code"`
	Text string `json:"text"`
}

// NetworkEdgePage is what stands behind one edge, or behind a pair without one.
type NetworkEdgePage struct {
	Schema   string          `json:"schema"`
	Corpus   *CorpusInfo     `json:"corpus,omitempty"`
	AsOf     string          `json:"as_of,omitempty"`
	Data     NetworkData     `json:"data"`
	Settings NetworkSettings `json:"settings"`
	Source   NetworkNode     `json:"source"`
	Target   NetworkNode     `json:"target"`
	Weight   float64         `json:"weight"` // 0: no edge
	Lo       *float64        `json:"lo"`
	Hi       *float64        `json:"hi"`
	// Sum is the sum over Concepts before normalisation, Divisor what it is
	// divided by to give the weight; null where the weight is no such quotient (no
	// edge, or a pair that the threshold left out).
	Sum      float64              `json:"sum"`
	Divisor  *float64             `json:"divisor"`
	Shared   int                  `json:"shared"`
	Events   int                  `json:"events"`
	Thin     bool                 `json:"thin"`
	Concepts []NetworkEdgeConcept `json:"concepts"`
}

// NetworkEdgeConcept is the part of one concept in an edge.
type NetworkEdgeConcept struct {
	NetworkItem
	Weight float64        `json:"weight"`
	First  []NetworkEvent `json:"first"`  // of the source
	Second []NetworkEvent `json:"second"` // of the target; empty in a two-mode network
}

// NetworkEvent is one event with where it comes from.
type NetworkEvent struct {
	ID       string  `json:"id"` // of the statement or roll call; "line 12" of an event list
	Actor    string  `json:"actor"`
	Concept  string  `json:"concept"`
	Level    string  `json:"level"` // the stance, ballot, role or value in words
	Value    float64 `json:"value"` // on the scale
	Date     string  `json:"date"`
	Basis    string  `json:"date_basis,omitempty"`
	Document string  `json:"document,omitempty"`
	// The rest only from a corpus.
	Source       entente.SourceID `json:"source,omitempty"`
	Pinpoint     string           `json:"pinpoint,omitempty"`
	Verification string           `json:"verification,omitempty"`
	Conditions   string           `json:"conditions,omitempty"`
	Note         string           `json:"note,omitempty"`
}

type networkMatrix struct {
	rows, cols []string
	weight     []float64
}

// thinShared is the number of shared concepts below which an edge is thin, and
// thinWindow the number of events below which a window is.
const (
	thinShared = 3
	thinWindow = 30
)
