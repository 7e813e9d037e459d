package stix

// Class is what sort of thing a type of object is; its rules of versions and of
// required properties follow from it.
type Class int

// The classes. A type that the standard does not know is Custom.
const (
	Custom Class = iota
	Domain
	Relation
	Meta
	Observable
	Container // a bundle is no object and is never kept as one
)

// ClassOf gives the class of a type.
func ClassOf(typ string) Class { return types[typ].class }

type typeInfo struct {
	class Class
	// required are the properties beside the common ones; those after the mark
	// "2.1" are not asked of objects of version 2.0.
	required []string
}

const since21 = "2.1"

// types is the table of the standard's types [4-7] and what each requires.
var types = map[string]typeInfo{
	"attack-pattern":   {Domain, []string{"name"}},
	"campaign":         {Domain, []string{"name"}},
	"course-of-action": {Domain, []string{"name"}},
	"grouping":         {Domain, []string{"context", "object_refs"}},
	"identity":         {Domain, []string{"name"}},
	"incident":         {Domain, []string{"name"}},
	"indicator":        {Domain, []string{"pattern", "valid_from", since21, "pattern_type"}},
	"infrastructure":   {Domain, []string{"name"}},
	"intrusion-set":    {Domain, []string{"name"}},
	"location":         {Domain, nil},
	"malware":          {Domain, []string{since21, "is_family"}},
	"malware-analysis": {Domain, []string{"product"}},
	"note":             {Domain, []string{"content", "object_refs"}},
	"observed-data":    {Domain, []string{"first_observed", "last_observed", "number_observed"}},
	"opinion":          {Domain, []string{"opinion", "object_refs"}},
	"report":           {Domain, []string{"name", "published", "object_refs"}},
	"threat-actor":     {Domain, []string{"name"}},
	"tool":             {Domain, []string{"name"}},
	"vulnerability":    {Domain, []string{"name"}},

	"relationship": {Relation, []string{"relationship_type", "source_ref", "target_ref"}},
	"sighting":     {Relation, []string{"sighting_of_ref"}},

	"extension-definition": {Meta, []string{"created_by_ref", "name", "schema", "version", "extension_types"}},
	"language-content":     {Meta, []string{"object_ref", "contents"}},
	"marking-definition":   {Meta, nil},

	"artifact":             {Observable, nil},
	"autonomous-system":    {Observable, []string{"number"}},
	"directory":            {Observable, []string{"path"}},
	"domain-name":          {Observable, []string{"value"}},
	"email-addr":           {Observable, []string{"value"}},
	"email-message":        {Observable, []string{"is_multipart"}},
	"file":                 {Observable, nil},
	"ipv4-addr":            {Observable, []string{"value"}},
	"ipv6-addr":            {Observable, []string{"value"}},
	"mac-addr":             {Observable, []string{"value"}},
	"mutex":                {Observable, []string{"name"}},
	"network-traffic":      {Observable, []string{"protocols"}},
	"process":              {Observable, nil},
	"software":             {Observable, []string{"name"}},
	"url":                  {Observable, []string{"value"}},
	"user-account":         {Observable, nil},
	"windows-registry-key": {Observable, nil},
	"x509-certificate":     {Observable, nil},

	"bundle": {Container, nil},
}

// kind is what a property's value must be, whatever the type of its object.
type kind int

const (
	kindText       kind = iota + 1
	kindTexts           // list of strings
	kindID              // identifier
	kindIDs             // list of identifiers
	kindTime            // timestamp
	kindBool            // true or false
	kindPercent         // whole number from 0 to 100
	kindDict            // object
	kindReferences      // external references
	kindMarks           // identifiers of marking-definitions
	kindGranular        // granular markings
	kindExtensions      // extensions
	kindSteps           // kill chain phases
	kindOpinion         // the five words of an opinion
)

// properties are the names whose values are checked. Names that mean something
// else in another type (start, end, date) are left out, and id, which is checked
// apart.
var properties = map[string]kind{
	"type": kindText, "spec_version": kindText, "created": kindTime, "modified": kindTime,
	"created_by_ref": kindID, "revoked": kindBool, "labels": kindTexts, "confidence": kindPercent, "lang": kindText,
	"external_references": kindReferences, "object_marking_refs": kindMarks, "granular_markings": kindGranular,
	"extensions": kindExtensions, "defanged": kindBool,

	"name": kindText, "description": kindText, "aliases": kindTexts, "identity_class": kindText,
	"first_seen": kindTime, "last_seen": kindTime, "first_observed": kindTime, "last_observed": kindTime,
	"valid_from": kindTime, "valid_until": kindTime, "published": kindTime, "start_time": kindTime, "stop_time": kindTime,
	"object_modified": kindTime, "kill_chain_phases": kindSteps, "relationship_type": kindText,
	"source_ref": kindID, "target_ref": kindID, "sighting_of_ref": kindID, "object_ref": kindID,
	"object_refs": kindIDs, "where_sighted_refs": kindIDs, "observed_data_refs": kindIDs,
	"opinion": kindOpinion, "is_family": kindBool, "summary": kindBool, "contents": kindDict, "definition_type": kindText,
	"definition": kindDict, "extension_types": kindTexts, "pattern_type": kindText,
}

// pairs are times of which the second may not lie before the first. Only the
// pair created and modified is a reason to refuse; it is checked apart.
var pairs = [][2]string{
	{"first_seen", "last_seen"}, {"first_observed", "last_observed"}, {"valid_from", "valid_until"}, {"start_time", "stop_time"},
}

// opinions are the words of the scale [4.14].
var opinions = map[string]bool{
	"strongly-disagree": true, "disagree": true, "neutral": true, "agree": true, "strongly-agree": true,
}
