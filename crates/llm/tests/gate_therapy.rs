//! The gate on what matters most in therapy: risk, drugs, drink, findings, and of whom they are said.

use llm::{
    Role::{self, Client, Therapist},
    Turn, supported,
};
use uuid::Uuid;

type Case<'a> = (&'a str, &'a [(Role, &'a str)], &'a str);

fn turns(said: &[(Role, &str)]) -> Vec<Turn> {
    let turn = |(number, (role, text)): (u64, &(Role, &str))| Turn {
        id: Uuid::from_u128(u128::from(number)),
        role: *role,
        speaker_label: format!("{role:?}"),
        start_ms: number * 5000,
        end_ms: number * 5000 + 4000,
        text: (*text).to_owned(),
    };
    (0..).zip(said).map(turn).collect()
}

#[test]
fn what_was_said_of_the_client_passes() {
    let cases: &[Case<'_>] = &[
        (
            "risk",
            &[(Therapist, "You're not suicidal, are you?"), (Client, "No.")],
            "Client denies suicidal ideation.",
        ),
        ("risk", &[(Client, "My brother is suicidal.")], "Client reports that their brother is suicidal."),
        (
            "risk",
            &[(Client, "I used to cut myself in high school.")],
            "Client has a history of cutting in high school.",
        ),
        (
            "medication",
            &[(Client, "My mom takes Lexapro, twenty milligrams.")],
            "Client's mother takes Lexapro 20 mg.",
        ),
        ("subjective", &[(Client, "My sister drinks every day.")], "Client's sister drinks daily."),
        ("risk", &[(Client, "I feel safe at home.")], "Client reports feeling safe at home."),
        ("mental_status", &[(Client, "I feel depressed.")], "Client reports feeling depressed."),
        (
            "subjective",
            &[(Client, "My psychiatrist diagnosed me with bipolar disorder in 2019.")],
            "Client was diagnosed with bipolar disorder in 2019.",
        ),
        (
            "plan",
            &[(Therapist, "Would you try the worry log?"), (Client, "Yeah, I'll try.")],
            "Client will try the worry log.",
        ),
        (
            "subjective",
            &[(Client, "It has been two years since the divorce.")],
            "Client was divorced two years ago.",
        ),
        ("subjective", &[(Client, "I drink two beers on weekends.")], "Client drinks two beers on weekends."),
        (
            "subjective",
            &[(Client, "I have been sober for ninety days.")],
            "Client has been sober for 90 days.",
        ),
        ("assessment", &[(Therapist, "I think this is grief.")], "Grief."),
        (
            "risk",
            &[(Client, "I thought about killing myself but I would never do it because of my kids.")],
            "Client reports having thought about killing themselves and that they would never do it because of their kids.",
        ),
        ("risk", &[(Therapist, "Do you own any guns?"), (Client, "No.")], "Client denies owning guns."),
        (
            "risk",
            &[(Therapist, "Any thoughts of suicide?"), (Client, "No.")],
            "No suicidal ideation reported.",
        ),
        (
            "risk",
            &[(Therapist, "Any thoughts of suicide?"), (Client, "No.")],
            "Client denied any thoughts of suicide.",
        ),
    ];
    for (section, said, sentence) in cases {
        assert_eq!(supported(section, sentence, &turns(said)), Ok(()), "{sentence}");
    }
}

#[test]
fn what_was_said_of_somebody_else_of_the_past_or_of_nobody_does_not() {
    let cases: &[Case<'_>] = &[
        (
            "risk",
            &[(Therapist, "You're not suicidal, are you?"), (Client, "No.")],
            "Client reports suicidal ideation.",
        ),
        ("risk", &[(Client, "My brother is suicidal.")], "Client is suicidal."),
        ("risk", &[(Client, "My brother is suicidal.")], "Client reports suicidal ideation."),
        ("risk", &[(Client, "My brother isn't suicidal.")], "Client denies suicidal ideation."),
        (
            "risk",
            &[(Therapist, "Is your brother suicidal?"), (Client, "No.")],
            "Client denies suicidal ideation.",
        ),
        ("risk", &[(Client, "I used to cut myself in high school.")], "Client is cutting themselves."),
        ("subjective", &[(Therapist, "Some people feel hopeless.")], "Client is hopeless."),
        (
            "subjective",
            &[(Therapist, "Some people feel hopeless."), (Client, "I guess so.")],
            "Client denies feeling hopeless.",
        ),
        (
            "medication",
            &[(Client, "My mom takes Lexapro, twenty milligrams.")],
            "Client takes Lexapro 20 mg.",
        ),
        ("subjective", &[(Client, "My sister drinks every day.")], "Client drinks daily."),
        ("risk", &[(Therapist, "Do you have a plan?"), (Client, "No.")], "Client denies homicidal ideation."),
        (
            "risk",
            &[(Therapist, "Any suicidal thoughts?"), (Client, "I don't know.")],
            "Client denies suicidal ideation.",
        ),
        (
            "risk",
            &[(Therapist, "Any suicidal thoughts?"), (Client, "Not right now, but last night yes.")],
            "Client reports no history of suicidal thoughts and is safe to go home.",
        ),
        ("risk", &[(Client, "I feel safe at home.")], "Client is at low risk."),
        ("risk", &[(Client, "I don't feel safe at home.")], "Client reports feeling safe at home."),
        ("mental_status", &[(Client, "I feel depressed.")], "Mood depressed."),
        ("mental_status", &[(Client, "I feel depressed.")], "Mood: depressed."),
        ("assessment", &[(Client, "I feel depressed.")], "Client has depression."),
        ("subjective", &[(Client, "I feel sad.")], "Client has major depressive disorder."),
        (
            "plan",
            &[(Therapist, "Do you want to try meditation?"), (Client, "No, not really.")],
            "Client will try meditation.",
        ),
        ("plan", &[(Client, "I feel tired.")], "Continue weekly therapy."),
        ("plan", &[(Client, "I feel tired.")], "Continue current treatment plan."),
        ("plan", &[(Client, "I feel tired.")], "Follow up in two weeks."),
        ("objective", &[(Client, "I feel tired.")], "Client maintained good eye contact."),
        ("objective", &[(Client, "I feel tired.")], "Client was well groomed."),
        ("objective", &[(Client, "I feel tired.")], "Client was engaged throughout the session."),
        ("objective", &[(Client, "I feel tired.")], "Speech was normal in rate and tone."),
        ("objective", &[(Client, "I feel tired.")], "Client appeared tired."),
        ("objective", &[(Client, "I feel tired.")], "Thought process was linear and goal-directed."),
        (
            "intervention",
            &[(Therapist, "How was your week?")],
            "Therapist used active listening and open-ended questions.",
        ),
        (
            "intervention",
            &[(Therapist, "How was your week?")],
            "Therapist provided a supportive environment.",
        ),
        ("intervention", &[(Therapist, "How was your week?")], "Therapist explored feelings of grief."),
        (
            "subjective",
            &[(Therapist, "How was your week?"), (Client, "Fine.")],
            "Client reports improvement since the last session.",
        ),
        ("subjective", &[(Client, "I slept well.")], "Client did not sleep well."),
        ("subjective", &[(Client, "I slept badly.")], "Client slept well."),
        ("subjective", &[(Client, "My husband left me.")], "Client left their husband's house."),
        ("subjective", &[(Client, "I was fired on Monday.")], "Client quit on Monday."),
        ("subjective", &[(Client, "I got promoted.")], "Client was fired."),
        (
            "subjective",
            &[(Client, "It has been two years since the divorce.")],
            "Client divorced 2 months ago.",
        ),
        ("subjective", &[(Client, "I drink two beers on weekends.")], "Client drinks 2 beers daily."),
        ("subjective", &[(Client, "I drink two beers on weekends.")], "Client drinks ten beers on weekends."),
        (
            "subjective",
            &[(Client, "I have been sober for ninety days.")],
            "Client has been sober for 19 days.",
        ),
        (
            "assessment",
            &[(Therapist, "I think this is grief.")],
            "Client meets criteria for prolonged grief disorder.",
        ),
        ("subjective", &[(Client, "The voices stopped last week.")], "Client hears voices."),
        (
            "risk",
            &[(Client, "I thought about killing myself but I would never do it because of my kids.")],
            "Client denies suicidal ideation.",
        ),
        ("risk", &[(Client, "I want to die.")], "Client does not want to die."),
        ("risk", &[(Client, "I don't want to die.")], "Client wants to die."),
        ("risk", &[(Client, "I don't want to die.")], "Client reports wanting to die."),
        ("risk", &[(Therapist, "Do you own any guns?"), (Client, "No.")], "Client has access to guns."),
        ("risk", &[(Therapist, "Do you own any guns?"), (Client, "Yes, two.")], "Client denies owning guns."),
        ("risk", &[], "Client denies SI/HI/AVH."),
        ("risk", &[(Therapist, "Any thoughts of suicide?"), (Client, "No.")], "Client denies SI/HI."),
    ];
    for (section, said, sentence) in cases {
        assert!(supported(section, sentence, &turns(said)).is_err(), "{sentence}");
    }
}
