package entente

// ActorID names an actor: the lower-case ISO 3166 alpha-3 code of a state, a
// short word for anyone else ("est", "eu", "un-gge-2019").
type ActorID string

// AnyActor stands in a [Coverage] for every actor: a list that was read whole.
const AnyActor ActorID = "*"

// ActorKind says what sort of actor it is.
type ActorKind string

// The kinds of actor.
const (
	State        ActorKind = "state"
	Bloc         ActorKind = "bloc" // a group of states that speaks for its members: EU, AU, ASEAN
	Organisation ActorKind = "organisation"
	Company      ActorKind = "company"
	PersonGroup  ActorKind = "person-group"
)

// ActorKinds lists every kind.
var ActorKinds = []ActorKind{State, Bloc, Organisation, Company, PersonGroup}

// Actor is a state, bloc, organisation, company or group of persons.
type Actor struct {
	ID        ActorID
	Kind      ActorKind
	Name      string
	ISO2      string // ISO 3166-1 alpha-2, states only
	ISO3      string // ISO 3166-1 alpha-3, states only
	Region    string // UN M49 region
	Subregion string // UN M49 sub-region
	UNStatus  string // "member", "observer" or empty
	// Open says that every member of the United Nations may sit in this body
	// during its Life (open-ended working groups).
	Open bool
	Life Span // when the actor existed or the body sat; zero ends are open
	Note string
}

// MemberRoles are the roles under which a body's statement speaks for an actor
// too. An observer or an expert is in the room, but not spoken for.
var MemberRoles = map[string]bool{
	"member": true, "participating State": true, "Sponsoring Nation": true,
	"host nation; Sponsoring Nation": true, "non-permanent member": true,
	"participant": true,
}

// Membership is an actor's place in a body, always dated.
type Membership struct {
	Actor    ActorID
	Body     ActorID
	Span     Span
	Role     string
	Source   SourceID
	Pinpoint string
	Checked  bool
	// DateLevel is how well the start is known; empty means as well as the
	// membership itself.
	DateLevel Level
	Note      string
}
