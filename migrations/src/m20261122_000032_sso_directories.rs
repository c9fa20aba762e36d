//! What an organisation's directory has told: people, groups, and which messages have been read.

use sea_orm_migration::{prelude::*, schema::*};

use crate::tables::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table("sso_directory_people")
                    .col(uuid("practice_id"))
                    .col(blob("person_index"))
                    .col(uuid("connection_id"))
                    .col(blob("email_index"))
                    .col(uuid_null("user_id"))
                    .col(boolean("active"))
                    .col(boolean("is_in"))
                    .col(timestamp_with_time_zone("changed_at"))
                    .primary_key(&mut key(&["practice_id", "person_index"]))
                    .foreign_key(&mut in_practice())
                    .foreign_key(&mut belongs_to("connection_id", "sso_connections"))
                    .foreign_key(&mut of_user())
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("sso_directory_people", &["practice_id", "email_index"])).await?;
        manager
            .create_table(
                table("sso_directory_groups")
                    .col(uuid("practice_id"))
                    .col(blob("person_index"))
                    .col(text("group_id"))
                    .col(uuid("connection_id"))
                    .col(text("name"))
                    .col(boolean("is_in"))
                    .col(timestamp_with_time_zone("changed_at"))
                    .primary_key(&mut key(&["practice_id", "person_index", "group_id"]))
                    .foreign_key(&mut in_practice())
                    .foreign_key(&mut belongs_to("connection_id", "sso_connections"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("sso_directory_groups", &["practice_id", "group_id"])).await?;
        manager
            .create_table(
                table("sso_messages")
                    .col(uuid("practice_id"))
                    .col(blob("message_hash"))
                    .col(timestamp_with_time_zone("read_at"))
                    .primary_key(&mut key(&["practice_id", "message_hash"]))
                    .foreign_key(&mut in_practice())
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(drop_table("sso_messages")).await?;
        manager.drop_table(drop_table("sso_directory_groups")).await?;
        manager.drop_table(drop_table("sso_directory_people")).await
    }
}
