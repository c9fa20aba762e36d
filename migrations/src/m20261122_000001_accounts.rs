//! Practices, the people in them, their sign-ins and their keys.

use sea_orm_migration::{prelude::*, schema::*};

use crate::tables::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table("data_keys")
                    .col(uuid("owner"))
                    .col(integer("version"))
                    .col(blob("wrapped"))
                    .col(timestamp_with_time_zone("created_at"))
                    .primary_key(&mut key(&["owner", "version"]))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                table("practices")
                    .col(uuid("id"))
                    .col(blob("name"))
                    .col(text("jurisdiction"))
                    .col(timestamp_with_time_zone("created_at"))
                    .primary_key(&mut key(&["id"]))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                table("users")
                    .col(uuid("id"))
                    .col(blob("email_index"))
                    .col(blob("email"))
                    .col(blob("name"))
                    .col(text("password_hash"))
                    .col(timestamp_with_time_zone("created_at"))
                    .primary_key(&mut key(&["id"]))
                    .index(&mut unique(&["email_index"]))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                table("memberships")
                    .col(uuid("id"))
                    .col(uuid("practice_id"))
                    .col(uuid("user_id"))
                    .col(text("role"))
                    .col(timestamp_with_time_zone("created_at"))
                    .primary_key(&mut key(&["id"]))
                    .index(&mut unique(&["practice_id", "id"]))
                    .foreign_key(&mut in_practice())
                    .index(&mut unique(&["practice_id", "user_id"]))
                    .foreign_key(&mut of_user())
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                table("auth_sessions")
                    .col(uuid("id"))
                    .col(uuid("practice_id"))
                    .col(uuid("user_id"))
                    .col(blob("refresh_hash"))
                    .col(blob_null("previous_hash"))
                    .col(timestamp_with_time_zone("rotated_at"))
                    .col(timestamp_with_time_zone("expires_at"))
                    .col(timestamp_with_time_zone_null("revoked_at"))
                    .col(timestamp_with_time_zone("created_at"))
                    .primary_key(&mut key(&["id"]))
                    .index(&mut unique(&["practice_id", "id"]))
                    .foreign_key(&mut in_practice())
                    .foreign_key(&mut of_user())
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("auth_sessions", &["user_id"])).await?;
        manager
            .create_table(
                table("idempotency_keys")
                    .col(uuid("practice_id"))
                    .col(uuid("user_id"))
                    .col(blob("key_hash"))
                    .col(blob("request_hash"))
                    .col(uuid("subject_id"))
                    .col(timestamp_with_time_zone("created_at"))
                    .primary_key(&mut key(&["practice_id", "user_id", "key_hash"]))
                    .foreign_key(&mut in_practice())
                    .to_owned(),
            )
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(drop_table("idempotency_keys")).await?;
        manager.drop_table(drop_table("auth_sessions")).await?;
        manager.drop_table(drop_table("memberships")).await?;
        manager.drop_table(drop_table("users")).await?;
        manager.drop_table(drop_table("practices")).await?;
        manager.drop_table(drop_table("data_keys")).await?;
        Ok(())
    }
}
