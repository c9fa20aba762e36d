//! Password hashes: right, equal in work, bounded in number and in memory.

use crypto::{PasswordError, Passwords, Zeroizing};

fn passwords(permits: usize) -> Passwords {
    Passwords::new(permits, Zeroizing::new([7; 32]))
}

fn text(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.to_owned())
}

#[tokio::test]
async fn only_the_right_password_with_the_right_pepper_verifies() {
    let passwords = passwords(2);
    let hash = passwords.hash(text("correct horse é")).await.unwrap();
    assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    assert_eq!(passwords.verify(text("correct horse é"), Some(&hash)).await, Ok(true));
    assert_eq!(passwords.verify(text("correct horse e\u{301}"), Some(&hash)).await, Ok(true));
    assert_eq!(passwords.verify(text("correct horse"), Some(&hash)).await, Ok(false));
    assert_eq!(passwords.verify(text("correct horse é"), None).await, Ok(false));
    let other_pepper = Passwords::new(1, Zeroizing::new([8; 32]));
    assert_eq!(other_pepper.verify(text("correct horse é"), Some(&hash)).await, Ok(false));
    assert_ne!(passwords.hash(text("correct horse é")).await.unwrap(), hash);
}

#[tokio::test]
async fn a_stored_hash_that_is_damaged_or_ruinous_is_refused() {
    let passwords = passwords(1);
    let salt_and_hash = "c2FsdHNhbHRzYWx0$3Zkz0C8Jjyyy1bQYGzUZuaYJtGRGQvHcBaSxdJTpYWE";
    for params in
        ["argon2i$v=19$m=19456,t=2,p=1", "argon2id$v=19$m=4194304,t=2,p=1", "argon2id$v=19$m=19456,t=99,p=1"]
    {
        let stored = format!("${params}${salt_and_hash}");
        assert_eq!(passwords.verify(text("x"), Some(&stored)).await, Err(PasswordError::Malformed));
    }
    assert_eq!(passwords.verify(text("x"), Some("secret")).await, Err(PasswordError::Malformed));
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_sign_ins_at_once_stay_within_150_megabytes() {
    let resident = || {
        let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
        statm.split(' ').nth(1).unwrap().parse::<usize>().unwrap() * 4096
    };
    let passwords = passwords(Passwords::default_permits());
    let before = resident();
    let tasks: Vec<_> = (0..64)
        .map(|_| {
            let passwords = passwords.clone();
            tokio::spawn(async move { passwords.verify(text("x"), None).await })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap(), Ok(false));
    }
    let grown = resident().saturating_sub(before);
    println!("resident memory grew by {} MB", grown / 1_000_000);
    assert!(grown < 150_000_000, "{grown}");
}
