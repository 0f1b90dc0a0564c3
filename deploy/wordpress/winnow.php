<?php
/*
Plugin Name: Winnow
Description: Sends what the Akismet plugin asks to your own Winnow. Copy this file into wp-content/mu-plugins.

In wp-config.php:
	define( 'WINNOW_URL', 'https://comments.example' );
	define( 'WPCOM_API_KEY', '0123456789ab' );
*/

if ( defined( 'ABSPATH' ) && defined( 'WINNOW_URL' ) ) {
	add_filter( 'pre_http_request', 'winnow_request', 10, 3 );
}

function winnow_request( $answer, $args, $url ) {
	if ( ! preg_match( '#^https?://(?:([0-9a-f]{12})\.)?rest\.akismet\.com(/.*)$#i', $url, $found ) ) {
		return $answer;
	}
	// Older plugins name the key in the host alone.
	if ( $found[1] && is_string( $args['body'] ) ) {
		$args['body'] = add_query_arg( 'api_key', $found[1], $args['body'] );
	} elseif ( $found[1] ) {
		$args['body'] = array( 'api_key' => $found[1] ) + (array) $args['body'];
	}
	unset( $args['headers']['Host'] );
	$answer = wp_remote_request( rtrim( WINNOW_URL, '/' ) . $found[2], $args );
	return '/1.1/comment-check' === $found[2] ? winnow_named( $answer, $args['body'] ) : $answer;
}

// The plugin knows a comment by the name that Winnow gives it.
function winnow_named( $answer, $body ) {
	$guid = wp_remote_retrieve_header( $answer, 'x-akismet-guid' );
	if ( ! $guid ) {
		// Winnow is down. Newer plugins hold and re-check a comment only if it has some name.
		return array(
			'headers'  => array( 'x-akismet-guid' => uniqid( 'unchecked-', true ) ),
			'body'     => 'Winnow does not answer',
			'response' => array( 'code' => 503, 'message' => 'Service Unavailable' ),
			'cookies'  => array(),
		);
	}
	wp_parse_str( is_string( $body ) ? $body : '', $fields );
	if ( ! empty( $fields['recheck_reason'] ) && ! empty( $fields['comment_ID'] ) ) {
		// The plugin does not note this itself; later decisions find the comment by it.
		update_comment_meta( (int) $fields['comment_ID'], 'akismet_guid', $guid );
	}
	return $answer;
}
